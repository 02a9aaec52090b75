import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import { ShardscopeError } from '../errors.ts';
import { bytes, FIXTURES, file, scan, type Value, value } from './sample-frames.ts';

const refused = (source: Uint8Array) => refusal(() => scan(source));

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
