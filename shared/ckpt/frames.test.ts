import { readdirSync, readFileSync } from 'node:fs';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import type { StoredTensor, WeightHeader } from '../checkpoint.ts';
import { ShardscopeError } from '../errors.ts';
import { scanCheckpoint } from './frames.ts';

const FIXTURES = 'test/fixtures/ckpt_formats';

function scan(file: Uint8Array): WeightHeader {
  return scanCheckpoint((offset, length) => {
    expect(offset >= 0 && length > 0 && offset + length <= file.length, `read ${offset}+${length}`).toBe(
      true,
    );
    return file.subarray(offset, offset + length);
  }, file.length);
}

const refused = (file: Uint8Array) => refusal(() => scan(file));

function contentOf(file: Uint8Array, tensor: StoredTensor): Uint8Array {
  const extents = tensor.extents ?? [{ offset: tensor.offset, length: tensor.byteLength }];
  return Buffer.concat(extents.map(({ offset, length }) => file.subarray(offset, offset + length)));
}

/** A safetensors reader of its own, for comparison. */
function readSafetensors(path: string) {
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE(0));
  const { __metadata__, ...tensors } = JSON.parse(file.subarray(8, 8 + length).toString());
  const entries: [string, { dtype: string; shape: number[]; data_offsets: [number, number] }][] =
    Object.entries(tensors);
  return entries.map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => ({
      name,
      dtype,
      shape,
      bytes: file.subarray(8 + length + begin, 8 + length + end),
    }),
  );
}

interface Value {
  readonly tag: string;
  readonly type?: string;
  readonly dims?: readonly (number | bigint)[];
  readonly content?: Uint8Array;
  readonly packed?: boolean;
}

/** A value as MindSpore serializes it. */
function value({ tag, type = 'Float32', dims = [], content, packed }: Value): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(0x0a).fork();
  writer.uint32(0x0a).string(tag);
  writer.uint32(0x12).fork();
  if (packed) {
    writer.uint32(0x0a).fork();
    for (const dim of dims) writer.int64(dim);
    writer.join();
  } else for (const dim of dims) writer.uint32(0x08).int64(dim);
  writer.uint32(0x12).string(type);
  writer.uint32(0x1a).bytes(content ?? new Uint8Array(dims.reduce<number>((n, dim) => n * Number(dim), 4)));
  return writer.join().join().finish();
}

const file = (...values: (Value | Uint8Array)[]) =>
  Buffer.concat(values.map((one) => (one instanceof Uint8Array ? one : value(one))));

function utf32(text: string): Uint8Array {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  return new Uint8Array(Uint32Array.from(codes).buffer);
}

const bytes = (length: number, from = 1) => Uint8Array.from({ length }, (_, i) => (from + i) % 256);

describe('files that MindSpore wrote', () => {
  const converted = readSafetensors(`${FIXTURES}/to_safetensors/all_dtypes.safetensors`);

  test.each(['all_dtypes.ckpt', 'all_dtypes_crc.ckpt', 'back_to_ckpt/all_dtypes.ckpt'])(
    '%s: every dtype, as MindSpore converts it',
    (name) => {
      const source = readFileSync(`${FIXTURES}/${name}`);
      const header = scan(source);
      expect(header.format).toBe('ckpt');
      expect(header.headerLength).toBe(0);
      expect(header.notes).toEqual([]);
      expect(header.tensors.length).toBe(converted.length);
      for (const { name: tensor, dtype, shape, bytes: expected } of converted) {
        const stored = header.tensors.find((one) => one.name === tensor);
        if (stored === undefined) throw new Error(`${tensor} is missing`);
        expect([stored.dtype, stored.shape, stored.byteLength]).toEqual([dtype, shape, expected.length]);
        expect(Buffer.compare(contentOf(source, stored), expected), tensor).toBe(0);
      }
    },
  );

  test('the CRC behind the values', () => {
    expect(scan(readFileSync(`${FIXTURES}/all_dtypes.ckpt`)).crc).toBeUndefined();
    const withCrc = readFileSync(`${FIXTURES}/all_dtypes_crc.ckpt`);
    // CRC-32 as zlib has it, bit by bit.
    let crc = 0xffffffff;
    for (const byte of withCrc.subarray(0, -17)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    expect(scan(withCrc).crc).toBe(~crc >>> 0);
  });

  test('a text is metadata', () => {
    const source = readFileSync(`${FIXTURES}/with_string.ckpt`);
    const { tensors, metadata } = scan(source);
    expect(tensors.length + metadata.size).toBeGreaterThan(1);
    expect(metadata.size).toBe(1);
    for (const text of metadata.values())
      expect(source.includes(Buffer.from(utf32(text))), `'${text}' is in the file`).toBe(true);
  });

  test('a distributed checkpoint, as MindSpore converts it', () => {
    for (const rank of readdirSync(`${FIXTURES}/distributed_ckpt`)) {
      const [name = ''] = readdirSync(`${FIXTURES}/distributed_ckpt/${rank}`);
      const source = readFileSync(`${FIXTURES}/distributed_ckpt/${rank}/${name}`);
      const target = `${FIXTURES}/distributed_safetensors/${rank}/${name.replace('.ckpt', '.safetensors')}`;
      const { tensors } = scan(source);
      const expected = readSafetensors(target);
      expect(tensors.length).toBe(expected.length);
      for (const one of expected) {
        const stored = tensors.find((tensor) => tensor.name === one.name);
        expect(stored).toMatchObject({ dtype: one.dtype, shape: one.shape });
        if (stored) expect(Buffer.compare(contentOf(source, stored), one.bytes), one.name).toBe(0);
      }
    }
  });
});

describe('what may be in a file', () => {
  test('one tensor in several values: joined, its content in extents', () => {
    const content = bytes(24);
    const part = (from: number, to: number) =>
      value({ tag: 'big', dims: [2, 3], content: content.subarray(from, to) });
    const source = file({ tag: 'a', dims: [1] }, part(0, 8), part(8, 16), part(16, 24), {
      tag: 'b',
      dims: [1],
    });
    const { tensors } = scan(source);
    expect(tensors.map((tensor) => tensor.name)).toEqual(['a', 'big', 'b']);
    const big = tensors[1];
    expect(big).toMatchObject({ dtype: 'F32', shape: [2, 3], byteLength: 24 });
    expect(big?.extents?.map(({ length }) => length)).toEqual([8, 8, 8]);
    expect(big?.extents?.[0]?.offset).toBe(big?.offset);
    if (big) expect(contentOf(source, big)).toEqual(Buffer.from(content));
    expect(tensors[0]?.extents).toBeUndefined();
  });

  test('scalars, empty tensors, packed dims, dimensions above 2^53', () => {
    const { tensors } = scan(
      file(
        { tag: 'none', dims: [], content: bytes(4) },
        { tag: 'zero', dims: [0], content: bytes(4) },
        { tag: 'empty', dims: [0], content: bytes(0) },
        { tag: 'packed', dims: [2, 300], packed: true },
        { tag: 'huge', dims: [2n ** 62n, 0], content: bytes(0) },
      ),
    );
    expect(tensors.map(({ name, shape, byteLength }) => [name, shape, byteLength])).toEqual([
      ['none', [], 4],
      ['zero', [], 4],
      ['empty', [0], 0],
      ['packed', [2, 300], 2400],
      ['huge', ['4611686018427387904', 0], 0],
    ]);
  });

  test('what MindSpore 2.10.0 saves and cannot load itself', () => {
    // `save_checkpoint` of a [2, 2] tensor of ones.
    const saved = Buffer.from('0a1d0a0171121808020802120c466c6f61743845344d33464e1a0438383838', 'hex');
    expect(scan(saved).tensors).toMatchObject([
      { name: 'q', dtype: 'F8_E4M3', shape: [2, 2], byteLength: 4 },
    ]);
    for (const [type, dtype, size] of [
      ['Float8E5M2', 'F8_E5M2', 1],
      ['Complex64', 'C64', 8],
    ] as const)
      expect(
        scan(file({ tag: 'w', type, dims: [3], content: new Uint8Array(3 * size) })).tensors,
      ).toMatchObject([{ dtype, byteLength: 3 * size }]);
  });

  test('Int4 lies packed in I8 and is marked', () => {
    const { tensors, metadata } = scan(file({ tag: 'q', type: 'Int4', dims: [2, 3], content: bytes(6) }));
    expect(tensors[0]).toMatchObject({ dtype: 'I8', shape: [2, 3], byteLength: 6 });
    expect([...metadata]).toEqual([['q', 'Int4']]);
  });

  test('texts of several values, with characters beyond 16 bits, without padding', () => {
    const text = utf32('Schrödinger 😀\0\0');
    const source = file(
      { tag: '__proto__', type: 'str', dims: [0], content: text.subarray(0, 20) },
      { tag: '__proto__', type: 'str', dims: [0], content: text.subarray(20) },
      { tag: 'none', type: 'str', dims: [0], content: bytes(0) },
    );
    expect([...scan(source).metadata]).toEqual([
      ['__proto__', 'Schrödinger 😀'],
      ['none', ''],
    ]);
  });

  test('map parameters are named, unknown fields skipped', () => {
    const writer = new BinaryWriter();
    writer.uint32(0x0a).fork().uint32(0x0a).string('table').uint32(0x1a).fork().join().join();
    const map = writer.finish();
    const unknown = new BinaryWriter().uint32(0x12).string('later').uint32(0x1d).fixed32(1).finish();
    const { tensors, notes } = scan(file(unknown, map, map, { tag: 'w', dims: [1] }, unknown));
    expect(tensors.map((tensor) => tensor.name)).toEqual(['w']);
    expect(notes).toEqual([expect.stringContaining("'table' is a map parameter")]);
  });

  test('fields in another order', () => {
    const writer = new BinaryWriter();
    writer.uint32(0x0a).fork();
    writer.uint32(0x12).fork();
    writer.uint32(0x1a).bytes(bytes(4)).uint32(0x12).string('Float32').uint32(0x08).int64(1);
    writer.join().uint32(0x0a).string('w').join();
    expect(scan(writer.finish()).tensors[0]).toMatchObject({ name: 'w', shape: [1], offset: 6 });
  });

  test('contents that look like frames or a trailer are not read', () => {
    const content = new Uint8Array(64).fill(0xff);
    content.set(new TextEncoder().encode('crc_num'), 40);
    expect(scan(file({ tag: 'w', dims: [16], content })).crc).toBeUndefined();
  });
});

describe('refused', () => {
  /** Three tensors, 200 bytes in all. */
  const whole = file(
    { tag: 'model.a', dims: [2, 4], content: bytes(32) },
    { tag: 'model.b', dims: [2, 11], content: bytes(88) },
    { tag: 'c.c', dims: [] },
  );

  test('cut at every byte', () => {
    const [a, b] = scan(whole).tensors;
    const boundaries = [a, b].map((tensor) => (tensor?.offset ?? 0) + (tensor?.byteLength ?? 0));
    expect(whole.length).toBe(200);
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      // Between two values what is left is a checkpoint with fewer tensors.
      if (boundaries.includes(length)) expect(scan(cut).tensors.length).toBe(boundaries.indexOf(length) + 1);
      else expect(refused(cut), `${length} bytes`).toMatchObject({ code: 'CK_WIRE' });
    }
  });

  test('a cut between two parts of a tensor', () => {
    const part = value({ tag: 'w', dims: [2, 2], content: bytes(8) });
    expect(scan(file(part, part)).tensors[0]?.byteLength).toBe(16);
    expect(refused(part)).toMatchObject({ code: 'CK_LENGTH', expected: '16 bytes', found: '8 bytes' });
  });

  test('a cut trailer', () => {
    const withCrc = readFileSync(`${FIXTURES}/all_dtypes_crc.ckpt`);
    for (let missing = 1; missing < 17; missing++)
      expect(refused(withCrc.subarray(0, -missing)), `${missing} bytes`).toMatchObject({ code: 'CK_WIRE' });
    const wide = Buffer.from(withCrc);
    wide[wide.length - 5] = 1;
    expect(refused(wide)).toMatchObject({ code: 'CK_CRC' });
  });

  test.each([
    [12, "tensor 'a' [2, 2] Float32 needs 16 bytes, file has 12"],
    [0, "tensor 'a' [2, 2] Float32 needs 16 bytes, file has 0"],
    [32, "tensor 'a' [2, 2] Float32 needs 16 bytes, file has 32"],
    [2 ** 20, "tensor 'a' [2, 2] Float32 needs 16 bytes, file has 1048576"],
    [1, "tensor 'a' [2, 2] Float32 needs 16 bytes, file has 1"],
  ])('%i bytes for 16', (length, message) => {
    const fault = refused(file({ tag: 'a', dims: [2, 2], content: new Uint8Array(length) }));
    expect(fault).toMatchObject({ code: 'CK_LENGTH', tensor: 'a', message });
  });

  const part = (tag: string, length = 4, change: Partial<Value> = {}): Value => ({
    tag,
    dims: [3],
    content: bytes(length),
    ...change,
  });
  test.each<[string, Value[], string, RegExp]>([
    [
      'a part is missing',
      [part('w'), part('w')],
      'CK_SLICES',
      /needs 12 bytes, its 2 values in the file have 8/,
    ],
    [
      'a part too many',
      Array(4).fill(part('w')),
      'CK_SLICES',
      /needs 12 bytes, its 4 values in the file have 16/,
    ],
    [
      'another tag between',
      [part('w'), part('x', 12), part('w', 8)],
      'CK_SLICES',
      /parts of 'w' are apart: 1 with 4/,
    ],
    [
      'parts of other dims',
      [part('w'), part('w', 8, { dims: [4] })],
      'CK_SLICES',
      /part 2 of 'w'.*shape.*\[4\].*\[3\]/,
    ],
    [
      'parts of other types',
      [part('w'), part('w', 8, { type: 'Int32' })],
      'CK_SLICES',
      /type.*Int32, not Float32/,
    ],
    [
      'a tag twice',
      [part('w', 12), part('x', 12), part('w', 12)],
      'CK_DUPLICATE',
      /twice: at byte 0 and at byte \d+/,
    ],
    [
      'a whole tensor twice in a row',
      [part('w', 12), part('w', 12)],
      'CK_SLICES',
      /2 values in the file have 24/,
    ],
    ['a text and a tensor', [part('w', 4, { type: 'str' }), part('w', 8)], 'CK_SLICES', /type/],
    ['no type', [part('w', 12, { type: '' })], 'CK_DTYPE', /the type ''/],
    ['an unknown type', [part('w', 12, { type: 'Float99' })], 'CK_DTYPE', /'Float99'/],
    ['qint4x2 by that name', [part('w', 12, { type: 'qint4x2' })], 'CK_DTYPE', /'qint4x2'/],
    ['negative dims', [part('w', 16, { dims: [-2, -2] })], 'CK_LENGTH', /\[-2, -2\] Float32 has a negative/],
    [
      'dims above memory',
      [part('w', 4, { dims: [2n ** 62n, 4] })],
      'CK_LENGTH',
      /needs 73786976294838206464 bytes/,
    ],
    ['a text of 5 bytes', [part('w', 5, { type: 'str' })], 'CK_LENGTH', /5 bytes, UTF-32/],
    [
      'a text that is none',
      [part('w', 4, { type: 'str', content: bytes(4, 250) })],
      'CK_WIRE',
      /no character at 0/,
    ],
    ['65 dimensions', [part('w', 4, { dims: Array(65).fill(1) })], 'CK_WIRE', /more than 64 dimensions/],
    [
      'a packed list of dims',
      [part('w', 4, { dims: Array(9999).fill(1), packed: true })],
      'CK_WIRE',
      /more than 64/,
    ],
    ['a name of 100,000 bytes', [part('w'.repeat(1e5), 12)], 'CK_WIRE', /a name has 100000 bytes/],
  ])('%s', (_, values, code, message) => {
    const fault = refused(file(...values));
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
    expect(fault.advice.length).toBeGreaterThan(10);
  });

  test.each<[string, number[], RegExp]>([
    ['nothing', [], /at byte 0: the file is empty/],
    ['zeros', Array(64).fill(0), /at byte 0: there is no protobuf field here/],
    ['field 0', [0x02, 0x00], /at byte 0: there is no protobuf field/],
    ['a field number of 2^60', [...Array(9).fill(0xfa), 0x01, 0], /at byte 0: there is no protobuf field/],
    ['a varint of 11 bytes', [...Array(10).fill(0x8a), 0x01], /at byte 0: a number is longer than 64 bits/],
    ['a varint above 64 bits', [0x0a, ...Array(9).fill(0xff), 0x02], /at byte 1: a number is longer than 64/],
    [
      'a length of 2^63',
      [0x0a, ...Array(9).fill(0x80), 0x01],
      /announces 9223372036854775808 bytes, 0 are left/,
    ],
    [
      'a length past the file',
      [0x0a, 0xff, 0xff, 0x7f],
      /at byte 0: the field announces 2097151 bytes, 0 are left/,
    ],
    ['wire type 3', [0x0b, 0x0c], /wire type 3/],
    ['wire type 4', [0x0c], /wire type 4/],
    ['wire type 6', [0x0e], /wire type 6/],
    ['wire type 7', [0x0f], /wire type 7/],
    ['10,000 nested groups', Array(10_000).fill(0x0b), /wire type 3/],
    ['a fixed number that is cut', [0x1d, 0, 0], /number of 4 bytes is cut, 2 are left/],
    ['a number that is cut', [0x10, 0x80], /at byte 1: the file is cut inside a number/],
    ['a value that is a number', [0x08, 0x01], /value \(field 1\) is a number/],
    ['a value without a name', [0x0a, 0x02, 0x12, 0x00], /no name/],
    ['a value without a tensor', [0x0a, 0x03, 0x0a, 0x01, 0x77], /'w' has no tensor/],
    ['a tensor without a type', [0x0a, 0x05, 0x0a, 0x01, 0x77, 0x12, 0x00], /'w' has no type/],
    ['a name given twice', [0x0a, 0x04, 0x0a, 0x00, 0x0a, 0x00], /at byte 4: tag is given a second time/],
    ['a name that is no UTF-8', [0x0a, 0x05, 0x0a, 0x01, 0xff, 0x12, 0x00], /at byte 2: a name is not UTF-8/],
    ['nothing but unknown fields', [0x50, 0x01], /no parameters/],
  ])('%s', (_, content, message) => {
    const fault = refused(Uint8Array.from(content));
    expect(fault.code).toBe('CK_WIRE');
    expect(fault.message).toMatch(message);
  });

  test('files of other kinds', () => {
    const html = new TextEncoder().encode('<!DOCTYPE html><html><body>404</body></html>');
    expect(refused(html).code).toBe('CK_WIRE');
    expect(refused(readFileSync(`${FIXTURES}/crc.safetensors`)).code).toBe('CK_WIRE');
    const strategy = readFileSync('test/fixtures/dp2_mp4/strategy/ckpt_strategy_rank_0.ckpt');
    expect(refused(strategy)).toMatchObject({
      code: 'CK_WIRE',
      message: expect.stringContaining('is a number'),
    });
  });

  test.each([0xd8, 0xd9, 0xda])('an encrypted file (mark %i)', (mark) => {
    const encrypted = Uint8Array.from([mark, 0x5e, 0x3a, 0x7f, ...bytes(76)]);
    expect(refused(encrypted)).toMatchObject({
      code: 'CK_ENCRYPTED',
      advice: expect.stringContaining('Decrypt'),
    });
  });

  test('any bytes: a fault or a header, nothing else', () => {
    const sample = readFileSync(`${FIXTURES}/all_dtypes_crc.ckpt`);
    fc.assert(
      fc.property(fc.nat({ max: sample.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const damaged = Buffer.from(sample);
        damaged[at] = byte;
        try {
          scan(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(ShardscopeError);
        }
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
        try {
          scan(random);
        } catch (error) {
          expect(error).toBeInstanceOf(ShardscopeError);
        }
      }),
    );
  });
});

describe('reading', () => {
  /** A file of 1,000 tensors of 1 GiB each: heads in memory, contents never asked for. */
  test('contents are skipped, reads are few and small', () => {
    const content = 2 ** 30;
    const heads = Array.from({ length: 1000 }, (_, i) => {
      const frames = new BinaryWriter();
      const tensor = new BinaryWriter();
      tensor.uint32(0x08).int64(content / 4);
      tensor.uint32(0x12).string('Float32');
      tensor.uint32(0x1a).uint32(content);
      const inner = tensor.finish();
      const name = new BinaryWriter().uint32(0x0a).string(`layers.${i}.weight`).finish();
      const tensorTag = new BinaryWriter()
        .uint32(0x12)
        .uint64(inner.length + content)
        .finish();
      frames.uint32(0x0a).uint64(name.length + tensorTag.length + inner.length + content);
      frames.raw(name).raw(tensorTag).raw(inner);
      return frames.finish();
    });
    const starts: number[] = [];
    let size = 0;
    for (const head of heads) {
      starts.push(size);
      size += head.length + content;
    }
    let reads = 0;
    let total = 0;
    const header = scanCheckpoint((offset, length) => {
      reads++;
      total += length;
      const out = new Uint8Array(length);
      for (const [i, start] of starts.entries()) {
        const head = heads[i] ?? out;
        if (start < offset + length && start + head.length > offset)
          for (let k = Math.max(start, offset); k < Math.min(start + head.length, offset + length); k++)
            out[k - offset] = head[k - start] ?? 0;
      }
      return out;
    }, size);
    expect(header.tensors.length).toBe(1000);
    expect(header.tensors.at(-1)).toMatchObject({
      name: 'layers.999.weight',
      shape: [2 ** 28],
      byteLength: content,
    });
    expect(reads).toBeLessThan(1010);
    expect(total).toBeLessThan(8 * 2 ** 20);
  });

  test('small tensors are read 64 KiB at a time, a reader may use one buffer again', () => {
    const source = file(...Array.from({ length: 5000 }, (_, i) => ({ tag: `t${i}`, dims: [1] })));
    const buffer = new Uint8Array(2 ** 17);
    let reads = 0;
    const header = scanCheckpoint((offset, length) => {
      reads++;
      buffer.set(source.subarray(offset, offset + length));
      return buffer.subarray(0, length);
    }, source.length);
    expect(header.tensors.length).toBe(5000);
    expect(reads).toBeLessThan(10);
  });

  test('a file that became shorter is refused', () => {
    const source = value({ tag: 'w', dims: [1] });
    const fault = refusal(() =>
      scanCheckpoint((offset) => source.subarray(offset, offset + 3), source.length),
    );
    expect(fault.code).toBe('CK_WIRE');
  });
});
