import { readdirSync, readFileSync } from 'node:fs';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import type { StoredTensor } from '../checkpoint.ts';
import { bytes, FIXTURES, file, scan, utf32, value } from './sample-frames.ts';

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
