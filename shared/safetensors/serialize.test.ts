import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import { bitsOf, DTYPE_NAMES } from '../dtype.ts';
import { parseHeader, readHeaderLength } from './header.ts';
import { serializeHeader, type TensorToWrite } from './serialize.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const tensor = (name: string, dtype: TensorToWrite['dtype'], shape: number[]): TensorToWrite => ({
  name,
  dtype,
  shape,
  byteLength: (shape.reduce((product, n) => product * n, 1) * bitsOf(dtype)) / 8,
});

// The expected bytes of the next four tests are what safetensors 0.8.0 gave in Python for the same input:
// safetensors.serialize({name: TensorSpec(dtype=…, shape=…, data_ptr=…, data_len=…)}, metadata)[:8 + N].

test('metadata first, then by alignment; scalars and empty tensors', () => {
  const tensors = [tensor('s', 'I64', []), tensor('e', 'F16', [0, 3]), tensor('b', 'BOOL', [3])];
  const { bytes, offsets, size } = serializeHeader(tensors, new Map([['k"\n', 'v\0é😀']]));
  expect(text(bytes)).toBe(
    '\ufffd\0\0\0\0\0\0\0' + // 0xd0, no UTF-8 by itself
      '{"__metadata__":{"k\\"\\n":"v\\u0000é😀"},"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
      '"e":{"dtype":"F16","shape":[0,3],"data_offsets":[8,8]},"b":{"dtype":"BOOL","shape":[3],"data_offsets":[8,11]}}    ',
  );
  expect(sha256(bytes)).toBe('bbede96452f6c858b06b5500a20644a8b5c4ca514e8e1d7492b5036b1ed21d54');
  expect([offsets, size]).toEqual([[216, 224, 224], 227]);
});

test('all dtypes that Python can give, in the order of their alignment', () => {
  const given = DTYPE_NAMES.filter((dtype) => !dtype.startsWith('F6_'));
  const tensors = given.map((dtype) => tensor(`${dtype.toLowerCase()}.w`, dtype, [2, 4]));
  const { bytes, size } = serializeHeader(tensors, new Map([['format', 'ms']]));
  expect(sha256(bytes)).toBe('1e94591d7d375593ccd2152da946e3a9b7989a17a7b6b57a4751e6c9a82cb760');
  expect(size).toBe(1836);
});

test('names in the order of their UTF-8 bytes, escaped as serde_json does', () => {
  const names = ['b', 'a', '', '\u{10000}', '\uffff', '\ue000', 'é', '\u007f', '\n\t\u0001\u001f\b\f\r'];
  const more = ['"\\/', '\u2028', '__proto__', 'a.10', 'a.2'];
  const { bytes } = serializeHeader(
    [...names, ...more].map((name) => tensor(name, 'F32', [1])),
    new Map(),
  );
  expect(sha256(bytes)).toBe('47b42ef470bbae11c880774e5d88c15f4931cc682d38a46123dd46193925efd5');
});

test('no tensors', () => {
  const { bytes, offsets, size } = serializeHeader([], new Map());
  expect(text(bytes)).toBe('\b\0\0\0\0\0\0\0{}      ');
  expect([offsets, size]).toEqual([[], 16]);
});

test('gives back the header of every file that MindSpore wrote', () => {
  const fixtures = join(import.meta.dirname, '../../test/fixtures');
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.safetensors'),
  );
  expect(files.length).toBeGreaterThan(100);
  for (const file of files) {
    const bytes = new Uint8Array(readFileSync(join(fixtures, file)));
    const length = readHeaderLength(bytes.subarray(0, 8), bytes.length);
    const header = parseHeader(bytes.subarray(8, 8 + length), bytes.length);
    const shuffled = header.tensors.toReversed();
    const again = serializeHeader(shuffled, header.metadata);
    expect(text(again.bytes), file).toBe(text(bytes.subarray(0, 8 + length)));
    expect(again.offsets).toEqual(shuffled.map(({ offset }) => offset));
    expect(again.size).toBe(bytes.length);
  }
});

test('refuses what the format cannot hold', () => {
  const write = (...names: string[]) =>
    refusal(() =>
      serializeHeader(
        names.map((name) => tensor(name, 'U8', [1])),
        new Map(),
      ),
    );
  expect(write('a', 'b', 'a')).toMatchObject({ code: 'ST_DUPLICATE', tensor: 'a' });
  expect(write('__metadata__')).toMatchObject({ code: 'ST_STRUCTURE', tensor: '__metadata__' });
  expect(write('\ud800').code).toBe('ST_UTF8');
  expect(refusal(() => serializeHeader([], new Map([['k', '\udc00']]))).code).toBe('ST_UTF8');
  const long = new Map([['k', 'v'.repeat(100_000_000)]]);
  expect(refusal(() => serializeHeader([], long)).message).toBe(
    'the header would be 100000032 bytes long, the format allows 100000000',
  );
});

/** Shapes of 0 to 8 dimensions whose bits come to whole bytes. */
const anyTensor = fc
  .record({
    name: fc.string({ unit: 'binary', maxLength: 12 }).filter((name) => name !== '__metadata__'),
    dtype: fc.constantFrom(...DTYPE_NAMES),
    shape: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 8 }),
  })
  .map(({ name, dtype, shape }) =>
    tensor(name, dtype, dtype.startsWith('F4') || dtype.startsWith('F6_') ? [...shape, 4] : shape),
  );

test('200 random files: parse ∘ serialize is the identity, whatever the order of the header', () => {
  const anyFile = fc.record({
    tensors: fc.uniqueArray(anyTensor, { selector: ({ name }) => name, maxLength: 20 }),
    metadata: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(anyFile, ({ tensors, metadata, seed }) => {
      const { bytes, offsets, size } = serializeHeader(tensors, new Map(Object.entries(metadata)));
      expect(bytes.length % 8).toBe(0);
      expect(readHeaderLength(bytes.subarray(0, 8), size)).toBe(bytes.length - 8);
      const header = parseHeader(bytes.subarray(8), size);
      const expected = tensors.map((each, index) => ({ ...each, offset: offsets[index] }));
      const byName = (list: readonly { name: string }[]) => new Map(list.map((each) => [each.name, each]));
      expect(byName(header.tensors)).toEqual(byName(expected));
      expect(new Map(header.metadata)).toEqual(new Map(Object.entries(metadata)));
      // The same entries in another order mean the same.
      const entries = header.tensors.map((each) => {
        const begin = each.offset - bytes.length;
        const info = `{"shape":[${each.shape}],"data_offsets":[${begin}, ${begin + each.byteLength}],"dtype":"${each.dtype}"}`;
        return `${JSON.stringify(each.name)} : ${info}`;
      });
      const turned = entries.map((_, i) => entries[(i + seed) % entries.length] ?? '');
      const json = new TextEncoder().encode(` {${turned.join(' ,\n')}}\t`);
      const moved = 8 + json.length - bytes.length;
      const again = parseHeader(json, size + moved);
      expect(byName(again.tensors)).toEqual(
        byName(expected.map((each) => ({ ...each, offset: (each.offset ?? 0) + moved }))),
      );
    }),
    { seed: 8, numRuns: 200 },
  );
});
