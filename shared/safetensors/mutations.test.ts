import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Fault, ShardscopeError } from '../errors.ts';
import { parseHeader } from './header.ts';
import { readHeaderLength } from './length.ts';

/** 10,000 damaged files: whatever the bytes, one fault or a header, and the same verdict as the library. */
const MUTATIONS = 10_000;
const SEED = 20_260_817;

const folder = join(import.meta.dirname, '../../test/malformed');
const seeds = readdirSync(folder)
  .filter((name) => name.startsWith('ok_'))
  .sort()
  .map((name) => new Uint8Array(readFileSync(join(folder, name))))
  .filter((bytes) => bytes.length < 1200)
  .slice(0, 24);

/** mulberry32: the same numbers on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const NUMBERS = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '8',
  '16',
  '-1',
  '-0',
  '01',
  '1.0',
  '4e0',
  'true',
  'null',
  '"1"',
  '[]',
];
const LARGE = ['4294967296', '9007199254740992', '9007199254740993', '18446744073709551615'];
const WORDS = [
  '18446744073709551616',
  '"F32"',
  '"F4"',
  '"dtype"',
  '"shape"',
  '"a"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
];
const SNIPPETS = [
  ...NUMBERS,
  ...LARGE,
  ...WORDS,
  '\\u0061',
  '\\ud800',
  '\u00a0',
  '{"a":{}}',
  '"__metadata__":',
];

function mutate(random: (below: number) => number): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] ?? expect.fail('empty list');
  const bytes = Uint8Array.from(pick(seeds));
  const at = random(bytes.length);
  switch (random(5)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    case 2: {
      const other = pick(seeds);
      const from = random(other.length);
      return concat(bytes.subarray(0, at), other.subarray(from, from + random(40)), bytes.subarray(at));
    }
    default:
      return rewriteHeader(bytes, random, pick(SNIPPETS));
  }
}

/** Puts a snippet in place of a number or a run of the header, and corrects the length field. */
function rewriteHeader(bytes: Uint8Array, random: (below: number) => number, snippet: string): Uint8Array {
  const length = readHeaderLength(bytes.subarray(0, 8), bytes.length);
  const json = Buffer.from(bytes.subarray(8, 8 + length)).toString('latin1');
  const numbers = [...json.matchAll(/[0-9]+/g)];
  const number = numbers[random(Math.max(1, numbers.length))];
  const swap = number !== undefined && random(2) === 0;
  const from = swap ? number.index : random(json.length);
  const to = swap ? from + number[0].length : from + random(4);
  const text = Buffer.from(snippet, 'utf8').toString('latin1');
  const header = Buffer.from(json.slice(0, from) + text + json.slice(to), 'latin1');
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  return concat(prefix, header, bytes.subarray(8 + length));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Name, dtype and shape of each tensor, in the order of names; or the fault. */
function verdict(bytes: Uint8Array): string[] | Fault {
  try {
    const length = readHeaderLength(bytes.subarray(0, 8), bytes.length);
    const { tensors } = parseHeader(bytes.subarray(8, 8 + length), bytes.length);
    return tensors.map(({ name, dtype, shape }) => JSON.stringify([name, dtype, shape.map(String)])).sort();
  } catch (error) {
    if (error instanceof ShardscopeError) return error.fault;
    throw error;
  }
}

/** What Shardscope refuses on purpose where the library does not. */
function onPurpose(fault: Fault): boolean {
  if (fault.code === 'ST_DUPLICATE') return fault.message.endsWith('is listed twice in the header');
  return fault.message.includes('is a list, not an object') || fault.message.includes('an object in dtype');
}

const files = ((random) => Array.from({ length: MUTATIONS }, () => mutate(random)))(randomFrom(SEED));

test('10,000 damaged files give a fault or a header', () => {
  expect(seeds).toHaveLength(24);
  const codes = new Map<string, number>();
  let longest = 0;
  const memory = process.resourceUsage().maxRSS;
  for (const bytes of files) {
    const begun = performance.now();
    const result = verdict(bytes);
    longest = Math.max(longest, performance.now() - begun);
    const code = Array.isArray(result) ? 'accepted' : result.code;
    codes.set(code, (codes.get(code) ?? 0) + 1);
    if (Array.isArray(result)) continue;
    expect(result.message).not.toMatch(/\p{Cc}/u);
    expect(result.advice).toMatch(/\.$/);
  }
  expect(longest).toBeLessThan(1000);
  // A length that a file only declares is not taken for memory; nothing is kept of what was refused.
  expect(process.resourceUsage().maxRSS - memory).toBeLessThan(64_000_000 / 1024);
  // The mutations reach every rule, and leave some files whole.
  const reached = [
    'accepted',
    'ST_TOO_SHORT',
    'ST_HEADER_TOO_LARGE',
    'ST_HEADER_LENGTH',
    'ST_UTF8',
    'ST_JSON',
  ];
  const deep = ['ST_STRUCTURE', 'ST_DTYPE', 'ST_DUPLICATE', 'ST_OFFSETS', 'ST_OVERFLOW', 'ST_SIZE_MISMATCH'];
  for (const code of [...reached, ...deep, 'ST_MISALIGNED', 'ST_TRUNCATED', 'ST_TRAILING'])
    expect(codes.get(code) ?? 0, code).toBeGreaterThan(0);
});

/** Reads frames (u32 length, bytes) from stdin and prints one JSON line each: a list, or null when refused. */
const LIBRARY = `
import json, struct, sys
from safetensors import deserialize, SafetensorError
data = sys.stdin.buffer.read()
at = 0
while at < len(data):
    (length,) = struct.unpack_from('<I', data, at)
    frame = data[at + 4 : at + 4 + length]
    at += 4 + length
    try:
        rows = deserialize(frame)
        print(json.dumps([[name, i['dtype'], [str(n) for n in i['shape']]] for name, i in rows]))
    except SafetensorError:
        print('null')
`;

const python = process.env.SHARDSCOPE_PYTHON;

test.skipIf(python === undefined)(
  'agrees with the safetensors library on every damaged file (needs SHARDSCOPE_PYTHON with safetensors)',
  () => {
    const frames = files.flatMap((bytes) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    });
    const options = { input: Buffer.concat(frames), encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
    const { stdout, stderr, status } = spawnSync(python ?? '', ['-c', LIBRARY], options);
    expect(status, stderr).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(files.length);
    for (const [i, bytes] of files.entries()) {
      const theirs: unknown[] | null = JSON.parse(lines[i] ?? '');
      const ours = verdict(bytes);
      const file = () => `mutation ${i}: ${Buffer.from(bytes).toString('latin1').slice(0, 400)}`;
      if (Array.isArray(ours))
        expect(ours, file()).toEqual(theirs?.map((row) => JSON.stringify(row)).sort() ?? 'refused');
      else if (theirs !== null) expect(onPurpose(ours), `${ours.message}; ${file()}`).toBe(true);
    }
  },
);
