import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DTYPE_NAMES } from './dtype.ts';
import { asFault } from './errors.ts';
import { parseReport, REPORT_HEAD, type Report, serializeReport } from './report.ts';

const count = fc.nat(2 ** 40);
const name = fc.string({ unit: 'grapheme', maxLength: 20 });
const sum = fc.stringMatching(/^[0-9a-f]{8}$/);
const shape = fc.array(fc.nat(1000), { maxLength: 3 });

const report: fc.Arbitrary<Report> = fc.record({
  format: fc.constant(REPORT_HEAD.format),
  version: fc.constant(REPORT_HEAD.version),
  shardscope: name,
  fingerprint: fc.constant('0123456789abcdef'),
  options: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(name, count, fc.array(name))),
  verified: fc.boolean(),
  counts: fc.record({
    tensors: fc.record({ in: count, leftOut: count, out: count }),
    bytes: fc.record({
      ...{ in: count, leftOut: count, redundant: count, unused: count, repeated: count },
      cast: fc.integer(),
      out: count,
    }),
  }),
  warnings: fc.array(name, { maxLength: 3 }),
  decisions: fc.array(
    fc.record(
      {
        tensor: name,
        dtype: fc.constantFrom(...DTYPE_NAMES),
        ranks: fc.tuple(count, count),
        otherRanks: shape,
        file: name,
        element: shape,
        count,
        elements: count,
        maxAbsDifference: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      },
      {
        requiredKeys: [
          ...(['tensor', 'dtype', 'ranks', 'otherRanks', 'file', 'element'] as const),
          ...(['count', 'elements'] as const),
        ],
      },
    ),
    { maxLength: 2 },
  ),
  sources: fc.array(
    fc.record(
      { path: name, size: count, modified: name, rank: fc.nat(1000) },
      { requiredKeys: ['path', 'size', 'modified'] },
    ),
    { maxLength: 3 },
  ),
  files: fc.array(
    fc.record(
      { path: name, size: count, tensors: count, crc32: sum },
      { requiredKeys: ['path', 'size', 'tensors'] },
    ),
    { maxLength: 3 },
  ),
  tensors: fc.array(
    fc.record(
      {
        name,
        dtype: fc.constantFrom(...DTYPE_NAMES),
        shape,
        bytes: count,
        file: count,
        crc32: sum,
        from: fc.array(
          fc.record(
            { file: count, tensor: name, box: fc.record({ start: shape, extent: shape }) },
            { requiredKeys: ['file'] },
          ),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: ['name', 'dtype', 'shape', 'bytes', 'file', 'from'] },
    ),
    { maxLength: 4 },
  ),
});

test('a report that is written and read is the same, and so is its text', () => {
  fc.assert(
    fc.property(report, (value) => {
      const text = [...serializeReport(value)].join('');
      const again = parseReport(text);
      expect(again).toEqual(value);
      expect([...serializeReport(again)].join('')).toBe(text);
    }),
  );
});

test.each([
  ['', /not valid JSON/],
  ['[]', /expected object/],
  ['{"format":"shardscope-report","version":2}', /at version/],
])('%j is no report', (text, message) => {
  try {
    expect.unreachable(JSON.stringify(parseReport(text)));
  } catch (error) {
    expect(asFault(error)).toMatchObject({ code: 'RP_PARSE', message: expect.stringMatching(message) });
  }
});
