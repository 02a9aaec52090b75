import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import { bitsOf, DTYPE_NAMES, type Dtype, mindSporeNameOf } from '../dtype.ts';
import { readSafetensorsHeader } from '../safetensors/open-header.ts';
import { crcBytes } from '../stored-crc.ts';
import { scanCheckpoint } from './frames.ts';
import { serializeCheckpoint } from './serialize.ts';

interface Given {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly (number | string)[];
  readonly content: Uint8Array;
}

const read = (file: Uint8Array) => (offset: number, length: number) => file.subarray(offset, offset + length);

/** The whole file; fails when literals and contents do not fill it exactly once. */
function fileOf(
  tensors: readonly Given[],
  metadata: ReadonlyMap<string, string>,
  options?: { crc?: boolean; valueBytes?: number },
) {
  const written = serializeCheckpoint(
    tensors.map(({ content, ...tensor }) => ({ ...tensor, byteLength: content.length })),
    metadata,
    options,
  );
  const file = new Uint8Array(written.size);
  const filled = new Uint8Array(written.size);
  const put = (offset: number, bytes: Uint8Array) => {
    file.set(bytes, offset);
    for (let i = offset; i < offset + bytes.length; i++) filled[i] = (filled[i] ?? 0) + 1;
  };
  for (const { offset, bytes } of written.literals) put(offset, bytes);
  written.contents.forEach((extents, i) => {
    let at = 0;
    for (const { offset, length } of extents) {
      put(offset, tensors[i]?.content.subarray(at, at + length) ?? new Uint8Array());
      at += length;
    }
  });
  expect(filled.every((count) => count === 1)).toBe(true);
  return { file, written };
}

function contentsOf(file: Uint8Array) {
  const { tensors, metadata, notes } = scanCheckpoint(read(file), file.length);
  expect(notes).toEqual([]);
  return {
    metadata: new Map(metadata),
    tensors: tensors.map(({ name, dtype, shape, offset, byteLength, extents }) => {
      const parts = extents ?? [{ offset, length: byteLength }];
      const content = Buffer.concat(
        parts.map((part) => file.subarray(part.offset, part.offset + part.length)),
      );
      return { name, dtype, shape, content: new Uint8Array(content) };
    }),
  };
}

const whole = (name: string, dtype: Dtype, shape: readonly number[], from = 1): Given => ({
  name,
  dtype,
  shape,
  content: Uint8Array.from(
    { length: (shape.reduce((product, n) => product * n, 1) * bitsOf(dtype)) / 8 },
    (_, i) => (from + i) % 251,
  ),
});

test('the .ckpt that MindSpore makes of a safetensors file, byte for byte, with every dtype', () => {
  const source = readFileSync('test/fixtures/ckpt_formats/to_safetensors/all_dtypes.safetensors');
  const header = readSafetensorsHeader(read(source), source.length);
  const tensors = header.tensors
    .map((tensor) => ({
      ...tensor,
      content: source.subarray(tensor.offset, tensor.offset + tensor.byteLength),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const expected = readFileSync('test/fixtures/ckpt_formats/back_to_ckpt/all_dtypes.ckpt');
  expect(Buffer.compare(fileOf(tensors, new Map()).file, expected)).toBe(0);
});

// What MindSpore 2.10.0 wrote for save_checkpoint({'f0': Tensor(2.5), 's': 'hello ☃'}, …) and for {'s': ''}.
test('a scalar and a text as MindSpore writes them', () => {
  const f0 = { name: 'f0', dtype: 'F32', shape: [], content: Uint8Array.of(0, 0, 0x20, 0x40) } as const;
  const { file } = fileOf([f0], new Map([['s', 'hello ☃']]));
  expect(Buffer.from(file).toString('latin1')).toBe(
    '\n\x15\n\x02f0\x12\x0f\x12\x07Float32\x1a\x04\0\0 @' +
      '\n*\n\x01s\x12%\x08\0\x12\x03str\x1a\x1ch\0\0\0e\0\0\0l\0\0\0l\0\0\0o\0\0\0 \0\0\0\x03&\0\0',
  );
  expect(Buffer.from(fileOf([], new Map([['s', '']])).file).toString('latin1')).toBe(
    '\n\x12\n\x01s\x12\r\x08\0\x12\x03str\x1a\x04\0\0\0\0',
  );
});

describe('content above the limit of a value', () => {
  test('is cut into values of the same name, type and full shape, the last one shorter', () => {
    const tensor = whole('w', 'F32', [5, 2]);
    const { file, written } = fileOf([tensor], new Map(), { valueBytes: 16 });
    expect(written.contents[0]?.map(({ length }) => length)).toEqual([16, 16, 8]);
    expect(contentsOf(file).tensors).toEqual([tensor]);
    // Each value is a file by itself, with the same name, type and dims (which one alone does not fill).
    const heads = written.literals.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
    expect(heads).toHaveLength(3);
    for (const head of heads) expect(head).toContain('\n\x01w\x12');
    for (const head of heads) expect(head).toContain('\x08\x05\x08\x02\x12\x07Float32');
  });

  test('is one value up to exactly the limit, 512 MiB by default', () => {
    const bytes = 512 * 1024 ** 2;
    const values = (byteLength: number) => {
      const tensor = { name: 'w', dtype: 'U8', shape: [byteLength], byteLength } as const;
      const { contents, literals } = serializeCheckpoint([tensor], new Map());
      // What stands before each content, and nothing behind the last: no value without content.
      expect(literals).toHaveLength(contents[0]?.length ?? 0);
      return contents[0]?.map(({ length }) => length);
    };
    expect(values(bytes)).toEqual([bytes]);
    expect(values(bytes + 1)).toEqual([bytes, 1]);
    // 3 GiB: lengths that do not fit 31 bits together, but each by itself.
    expect(values(6 * bytes)).toHaveLength(6);
  });
});

test('a type under the tensor’s name, an empty tensor, dimensions beyond numbers', () => {
  const tensors: Given[] = [
    whole('packed', 'I8', [3, 2]),
    whole('empty', 'BF16', [0, 3]),
    { name: 'wide', dtype: 'F32', shape: [0, '9223372036854775807'], content: new Uint8Array() },
  ];
  const metadata = new Map([['packed', 'Int4']]);
  expect(contentsOf(fileOf(tensors, metadata).file)).toEqual({ tensors, metadata });
});

test('the place for a CRC is the last ten bytes of the trailer', () => {
  const { file, written } = fileOf([whole('w', 'U8', [3])], new Map(), { crc: true });
  expect(written.crc).toEqual({ format: 'ckpt', offset: file.length - 10 });
  file.set(crcBytes('ckpt', 0xfedcba98), file.length - 10);
  expect(scanCheckpoint(read(file), file.length).crc).toBe(0xfedcba98);
});

test.each(DTYPE_NAMES.filter((dtype) => mindSporeNameOf(dtype) === undefined))(
  '%s has no name in MindSpore: refused',
  (dtype) => {
    expect(refusal(() => fileOf([whole('t', dtype, [8])], new Map()))).toMatchObject({
      code: 'CK_DTYPE',
      tensor: 't',
      found: dtype,
    });
  },
);

test.each([
  ['more dimensions than NumPy has', Array<number>(65).fill(1), '65 dimensions'],
  ['a dimension above int64', [0, '9223372036854775808'], '[0, 9223372036854775808]'],
])('%s: refused', (_, shape, found) => {
  const tensor = {
    name: 't',
    dtype: 'U8',
    shape,
    content: new Uint8Array(shape.includes(0) ? 0 : 1),
  } as const;
  expect(refusal(() => fileOf([tensor], new Map()))).toMatchObject({ code: 'CK_LENGTH', tensor: 't', found });
});

const dtypes = DTYPE_NAMES.filter((dtype) => mindSporeNameOf(dtype) !== undefined);
const tensorsAndTexts = fc
  .uniqueArray(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 8 })
  .chain((names) => {
    const given = names.map((name) =>
      fc.oneof(
        fc.record({
          name: fc.constant(name),
          dtype: fc.constantFrom(...dtypes),
          shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
        }),
        // MindSpore's texts are padded with NULs, so none can end in one.
        fc.record({
          name: fc.constant(name),
          text: fc.string({ unit: 'binary' }).map((text) => text.replace(/\0+$/, '')),
        }),
      ),
    );
    return fc.tuple(...given);
  });

test('scanning gives back what was written: any names, dtypes, shapes, texts, cut anywhere', () => {
  fc.assert(
    fc.property(tensorsAndTexts, fc.integer({ min: 1, max: 40 }), fc.boolean(), (given, valueBytes, crc) => {
      fc.pre(given.length > 0);
      const tensors = given.flatMap((one) => ('dtype' in one ? [whole(one.name, one.dtype, one.shape)] : []));
      const metadata = new Map(
        given.flatMap((one) => ('text' in one ? [[one.name, one.text] as const] : [])),
      );
      const { file } = fileOf(tensors, metadata, { valueBytes, crc });
      expect(contentsOf(file)).toEqual({ tensors, metadata });
    }),
    { numRuns: 300 },
  );
});
