import { expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import type { WeightHeader } from '../checkpoint.ts';
import { canSalvage } from './faults.ts';
import { parseHeader, tensorsBeyond } from './header.ts';
import { readSafetensorsHeader } from './open-header.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

function fileOf(json: string, dataLength: number): Uint8Array {
  const text = utf8(json);
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function open(bytes: Uint8Array, options: { salvage?: boolean } = {}): WeightHeader {
  const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  return readSafetensorsHeader(read, bytes.length, options);
}

const A = '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';
const B = '"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}';

test('tensors keep the header order and get absolute offsets', () => {
  const header = open(fileOf(`{"__metadata__":{"format":"ms"},${B},${A}}`, 12));
  const start = header.headerLength;
  expect(header.tensors).toEqual([
    { name: 'b', dtype: 'F32', shape: [1], offset: start + 8, byteLength: 4 },
    { name: 'a', dtype: 'F32', shape: [2], offset: start, byteLength: 8 },
  ]);
  expect([...header.metadata]).toEqual([['format', 'ms']]);
  expect(header.notes).toEqual([]);
});

test('a metadata key given twice is a note, the last value counts', () => {
  const header = open(fileOf(`{"__metadata__":{"k":"1","\\u006b":"2"},${A}}`, 8));
  expect(header.metadata.get('k')).toBe('2');
  expect(header.notes).toEqual(["Metadata key 'k' is given twice; the last value counts."]);
});

test('names given twice, also by escapes, are refused', () => {
  for (const again of ['a', '\\u0061']) {
    const fault = refusal(() => open(fileOf(`{${A},${B.replace('"b"', `"${again}"`)}}`, 12)));
    expect(fault).toMatchObject({ code: 'ST_DUPLICATE', tensor: 'a' });
    expect(fault.message).toBe("tensor 'a' is listed twice in the header");
  }
});

test('unknown fields are passed over, but must be JSON and at most 127 levels deep', () => {
  const withExtra = (extra: string) => fileOf(`{${A.replace('{', `{"x":${extra},`)}}`, 8);
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  for (const extra of ['null', '{"k":1,"k":[1.5,true]}', '"\\n"', '-1e3', nested(125)])
    expect(open(withExtra(extra)).tensors).toHaveLength(1);
  for (const extra of ['01', '1e999', '"\\ud800"', '[1,]', nested(126)])
    expect(refusal(() => open(withExtra(extra))).code).toBe('ST_JSON');
});

test('dimensions above 2^53 stay exact', () => {
  const json = '{"a":{"dtype":"U8","shape":[0,9007199254740993],"data_offsets":[0,0]}}';
  expect(open(fileOf(json, 0)).tensors[0]?.shape).toEqual([0, '9007199254740993']);
  const fault = refusal(() => open(fileOf(json.replace('[0,9', '[1,9'), 0)));
  expect(fault).toMatchObject({ code: 'ST_SIZE_MISMATCH', tensor: 'a', expected: '9007199254740993 bytes' });
});

test('offsets above 2^53 are refused digit for digit', () => {
  const json = '{"a":{"dtype":"U8","shape":[1],"data_offsets":[9007199254740993,9007199254740994]}}';
  expect(refusal(() => open(fileOf(json, 1)))).toMatchObject({
    code: 'ST_OFFSETS',
    found: '9007199254740993',
  });
});

test('names in messages are escaped and cut, the fault keeps the name', () => {
  const name = `\u202e${'x'.repeat(300)}`;
  const json = `{${JSON.stringify(name)}:{"dtype":"F99","shape":[],"data_offsets":[0,0]}}`;
  const fault = refusal(() => open(fileOf(json, 0)));
  expect(fault.tensor).toBe(name);
  expect(fault.message).toBe(
    `tensor '\\u202e${'x'.repeat(199)}…' has dtype 'F99', which is none of the 22 of the format`,
  );
});

test('an implausible length is refused after 8 bytes, then only the beginning is looked at', () => {
  const reads: number[] = [];
  const first = new Uint8Array(512).fill(0xfe);
  const read = (offset: number, length: number) => {
    reads.push(offset, length);
    return first.subarray(offset, offset + length);
  };
  expect(refusal(() => readSafetensorsHeader(read, 2 ** 40)).code).toBe('ST_HEADER_TOO_LARGE');
  expect(reads).toEqual([0, 8, 0, 512]);
});

test('a file that shrinks while it is read says so', () => {
  const whole = fileOf(`{${A}}`, 8);
  const read = (offset: number, length: number) => whole.subarray(offset, Math.min(offset + length, 20));
  expect(refusal(() => readSafetensorsHeader(read, whole.length)).code).toBe('IO_SOURCE_CHANGED');
});

test('advice for a file cut short says how to keep what is whole, where something is', () => {
  const fault = (json: string, bytes: number) => refusal(() => open(fileOf(json, bytes)));
  expect(fault(`{${A},${B}}`, 10).advice).toContain('shardscope salvage');
  expect(canSalvage(fault(`{${A},${B}}`, 10))).toBe(true);
  expect(fault(`{${A},${B}}`, 7).advice).not.toContain('salvage');
  expect(canSalvage(fault(`{${A},${B}}`, 7))).toBe(false);
  expect(canSalvage(fault(`{${A},${B}}`, 13))).toBe(false);
});

test('salvage lists a cut file and tells which tensors are not whole', () => {
  const cut = fileOf(`{${A},${B}}`, 10);
  expect(refusal(() => open(cut))).toMatchObject({ code: 'ST_TRUNCATED', tensor: 'b' });
  const header = open(cut, { salvage: true });
  expect(header.tensors.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(header.notes[0]).toMatch(/its header needs \d+: 2 bytes missing/);
  expect(tensorsBeyond(header, cut.length).map(({ name }) => name)).toEqual(['b']);
  expect(refusal(() => open(fileOf(`{${A},${A}}`, 4), { salvage: true })).code).toBe('ST_DUPLICATE');
});

test('hostile headers of 5 million brackets and 50 MB of NUL are refused where they begin, not read on', () => {
  const brackets = utf8(`{"a":{"x":${'['.repeat(5_000_000)}`);
  // Two objects are open before the first bracket at byte 18: bracket 126 of 5 million is one level too many.
  expect(refusal(() => parseHeader(brackets, 8 + brackets.length))).toMatchObject({
    code: 'ST_JSON',
    found: 'nested 128 levels deep or more at byte 143',
  });
  expect(refusal(() => parseHeader(new Uint8Array(50_000_000), 50_000_008))).toMatchObject({
    code: 'ST_JSON',
    found: "'\\u0000' where a value should come at byte 8",
  });
});

test('a header of 497,000 tensors (the size of Kimi-K3) is read', () => {
  const entries = Array.from({ length: 497_000 }, (_, i) => {
    const name = `model.layers.${i % 61}.mlp.experts.${i}.down_proj.weight`;
    return `"${name}":{"dtype":"BF16","shape":[7168,2048],"data_offsets":[${i * 29_360_128},${(i + 1) * 29_360_128}]}`;
  });
  const json = utf8(`{${entries.join(',')}}`);
  const header = parseHeader(json, 8 + json.length + 497_000 * 29_360_128);
  expect(header.tensors).toHaveLength(497_000);
  expect(header.tensors.at(-1)?.offset).toBe(8 + json.length + 496_999 * 29_360_128);
});
