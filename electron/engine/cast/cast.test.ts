import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bitsOf } from '../../../shared/dtype.ts';
import type { CastSource, CastTarget } from '../../../shared/plan/cast.ts';
import { Cast } from './cast.ts';

type Words = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>;

/** Casts whole arrays, checks that the verifying kernels give the same, and returns the words with the counts. */
function cast(from: CastSource, to: CastTarget, source: Words) {
  const size = (source.length * bitsOf(to)) / 8;
  const bytes = new Uint8Array(source.byteLength + size);
  bytes.set(new Uint8Array(source.buffer));
  const step = new Cast(from, to);
  const counts = step.convert(bytes, 0, source.byteLength, source.byteLength);
  const output = bytes.slice(source.byteLength);
  expect(step.sumOf(new Uint8Array(source.buffer)), `${from} to ${to}: both ways`).toBe(crc32(output));
  const words: readonly number[] | Uint16Array | Uint32Array =
    bitsOf(to) === 16 ? new Uint16Array(output.buffer) : new Uint32Array(output.buffer);
  return { words, counts, sha256: createHash('sha256').update(output).digest('hex') };
}

const FORMATS = {
  F16: { fraction: 10, bias: 15 },
  BF16: { fraction: 7, bias: 127 },
  F32: { fraction: 23, bias: 127 },
} as const;

/** The value of a word, by IEEE 754's definition. */
function numberOf(word: number, dtype: CastTarget): number {
  const { fraction, bias } = FORMATS[dtype];
  const exponentBits = bitsOf(dtype) - 1 - fraction;
  const sign = word >>> (bitsOf(dtype) - 1) === 1 ? -1 : 1;
  const field = (word >>> fraction) & (2 ** exponentBits - 1);
  const significand = word & (2 ** fraction - 1);
  if (field === 2 ** exponentBits - 1)
    return significand === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (field === 0) return sign * significand * 2 ** (1 - bias - fraction);
  return sign * (1 + significand / 2 ** fraction) * 2 ** (field - bias);
}

/** The word of `dtype` nearest to a number, ties to even: found among all 16-bit words by their values. */
const tables = {
  F16: Float64Array.from({ length: 0x7c01 }, (_, word) => (word === 0x7c00 ? 65_536 : numberOf(word, 'F16'))),
  BF16: Float64Array.from({ length: 0x7f81 }, (_, word) =>
    word === 0x7f80 ? 2 ** 128 : numberOf(word, 'BF16'),
  ),
};
function nearest(value: number, dtype: 'F16' | 'BF16'): number {
  const table = tables[dtype];
  const magnitude = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  let low = 0;
  let high = table.length - 1;
  if (magnitude >= (table[high] ?? 0)) return sign | high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((table[middle] ?? 0) <= magnitude) low = middle;
    else high = middle;
  }
  const below = magnitude - (table[low] ?? 0);
  const above = (table[high] ?? 0) - magnitude;
  const up = above < below || (above === below && low % 2 === 1);
  return sign | (up ? high : low);
}

const ALL_16 = Uint16Array.from({ length: 65_536 }, (_, word) => word);

/** Every exponent with fractions at, just below and just above a tie and the ends of both 16-bit formats. */
function edges(): Uint32Array<ArrayBuffer> {
  const words: number[] = [];
  const fractions = new Set([0, 1, 0x7f_ffff, 0x7f_fffe, 0x40_0000]);
  for (let bit = 0; bit < 23; bit++)
    for (const near of [-1, 0, 1])
      for (const top of [0, 1 << 13, 1 << 16, 0x7f_0000, 0x7f_e000])
        fractions.add((top + (1 << bit) + near) & 0x7f_ffff);
  for (let field = 0; field < 255; field++)
    for (const fraction of fractions)
      for (const sign of [0, 0x8000_0000]) words.push((sign | (field << 23) | fraction) >>> 0);
  return Uint32Array.from(words);
}

/** A million words by a linear congruence, as NumPy made them for the digests below; NaN and infinity are zero. */
function million(): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(1_000_000);
  let state = 1;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[i] = (state & 0x7f80_0000) === 0x7f80_0000 ? 0 : state;
  }
  return words;
}

describe('widening', () => {
  test.each(['F16', 'BF16'] as const)('every %s keeps its value, every NaN its bits', (from) => {
    const { words, counts } = cast(from, 'F32', ALL_16);
    const { fraction } = FORMATS[from];
    let nans = 0;
    for (const word of ALL_16) {
      const value = numberOf(word, from);
      const found = words[word] ?? 0;
      if (Number.isNaN(value)) {
        nans++;
        const payload = (word & (2 ** fraction - 1)) << (23 - fraction);
        expect(found).toBe((((word & 0x8000) << 16) | 0x7f80_0000 | payload) >>> 0);
      } else if (!Object.is(numberOf(found, 'F32'), value)) expect(numberOf(found, 'F32')).toBe(value);
    }
    expect(counts).toEqual({ nans, overflows: 0 });
    expect(nans).toBe(2 * (2 ** fraction - 1));
  });
});

describe.each(['F16', 'BF16'] as const)('narrowing to %s', (to) => {
  test.each([
    ['edges', edges()],
    ['random', million()],
  ])('rounds to the nearest, ties to even: %s', (_, source) => {
    const { words, counts } = cast('F32', to, source);
    const infinite = to === 'F16' ? 0x7c00 : 0x7f80;
    let overflows = 0;
    source.forEach((word, i) => {
      const expected = nearest(numberOf(word, 'F32'), to);
      if ((expected & 0x7fff) === infinite) overflows++;
      if (words[i] !== expected) expect({ word, narrowed: words[i] }).toEqual({ word, narrowed: expected });
    });
    expect(counts).toMatchObject({ nans: 0, overflows });
    expect(overflows).toBeGreaterThan(0);
  });

  test('NaN stays NaN with its sign and the top of its payload, quiet; infinity stays infinity', () => {
    const quiet = to === 'F16' ? 0x7e00 : 0x7fc0;
    const infinite = to === 'F16' ? 0x7c00 : 0x7f80;
    const source = Uint32Array.of(
      ...[0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0xffbf_ffff, 0x7f80_0000, 0xff80_0000, 0x7fe0_0000],
    );
    const top = to === 'F16' ? 0x3ff : 0x7f;
    expect([...cast('F32', to, source).words]).toEqual([
      ...[quiet, quiet | 0x8000, quiet, 0x8000 | infinite | top, infinite, infinite | 0x8000],
      quiet | ((top + 1) >> 2),
    ]);
    expect(cast('F32', to, source).counts).toEqual({ nans: 5, overflows: 0 });
  });
});

test('the way by 16 bits and back changes nothing but makes NaN quiet', () => {
  for (const dtype of ['F16', 'BF16'] as const) {
    const wide = Uint32Array.from(cast(dtype, 'F32', ALL_16).words);
    const quiet = dtype === 'F16' ? 0x200 : 0x40;
    cast('F32', dtype, wide).words.forEach((word, i) => {
      const expected = Number.isNaN(numberOf(i, dtype)) ? i | quiet : i;
      if (word !== expected) expect(word).toBe(expected);
    });
  }
});

test('from one 16-bit dtype to the other is rounded once', () => {
  for (const [from, to] of [
    ['F16', 'BF16'],
    ['BF16', 'F16'],
  ] as const) {
    const { words, counts } = cast(from, to, ALL_16);
    let nans = 0;
    for (const word of ALL_16) {
      const value = numberOf(word, from);
      if (Number.isNaN(value)) nans++;
      else if (words[word] !== nearest(value, to)) expect(words[word]).toBe(nearest(value, to));
    }
    expect(counts.nans).toBe(nans);
  }
});

describe('doubles', () => {
  const doubles = (values: readonly number[]) => new BigUint64Array(Float64Array.from(values).buffer);

  test('to singles, as the processor rounds; NaN keeps the top of its payload', () => {
    const values = [0, -0, 1 / 3, 1e-45, 1e-46, -3.4e38, 3.5e38, Number.NEGATIVE_INFINITY, 2 ** -149 * 1.5];
    const { words, counts } = cast('F64', 'F32', doubles(values));
    expect([...words]).toEqual([...new Uint32Array(Float32Array.from(values).buffer)]);
    expect(counts).toEqual({ nans: 0, overflows: 1, first: { element: 6, value: 3.5e38 } });
    const nan = cast('F64', 'F32', BigUint64Array.of(0xfff8_0000_0000_0000n, 0x7ff0_0000_2000_0000n));
    expect([...nan.words]).toEqual([0xffc0_0000, 0x7fc0_0001]);
    expect(nan.counts).toEqual({ nans: 2, overflows: 0 });
  });

  test.each(['F16', 'BF16'] as const)('to %s: rounded once, not by way of a rounded single', (to) => {
    const { fraction } = FORMATS[to];
    // Half a unit and a little, which a single would round down to the tie, and the tie to even.
    const values = [
      1 + 2 ** -(fraction + 1) + 2 ** -40,
      1 + 2 ** -(fraction + 1),
      -1 - 2 ** -(fraction + 1) - 2 ** -52,
    ];
    for (let i = 0; i < 1000; i++)
      for (const scale of [1e-8, 1, 1e-45, 1e5, 1e-300]) values.push((Math.sin(i) + 1.1) * scale);
    const { words } = cast('F64', to, doubles(values));
    values.forEach((value, i) => {
      expect(words[i], `${value}`).toBe(nearest(value, to));
    });
  });
});

test('counts the overflows and finds the first, over blocks', () => {
  const values = new Float32Array(10_001).fill(1);
  values[9000] = -65_520;
  values[9001] = 65_519;
  values[10_000] = 1e6;
  values[3] = Number.NaN;
  values[4] = Number.POSITIVE_INFINITY;
  const { counts } = cast('F32', 'F16', new Uint32Array(values.buffer));
  expect(counts).toEqual({ nans: 1, overflows: 2, first: { element: 9000, value: -65_520 } });
});

test('addresses need no alignment', () => {
  const bytes = new Uint8Array(64);
  new DataView(bytes.buffer).setFloat32(3, 1.5, true);
  new Cast('F32', 'BF16').convert(bytes, 3, 4, 17);
  expect([...bytes.subarray(16, 20)]).toEqual([0, 0xc0, 0x3f, 0]);
});

/** SHA-256 of what NumPy 1.26.4 (float16) and ml_dtypes 0.6.0 (bfloat16) give, little-endian. */
test.each([
  ['F32', 'F16', million(), 'a9977ace0e61c94d9ce3d422791923693658ae13c54ec6d1d7dab97f906d5265'],
  ['F32', 'BF16', million(), '0363695cb175a71fab282615b3eb5bd7469562cebbe61e2622a591e6ea8d3657'],
  ['F16', 'F32', ALL_16, 'f4fdd084f85448d28c84f20fabf4022ba938e40b7f382d2727dec6f41ac6267a'],
  ['BF16', 'F32', ALL_16, '9207d7eb28680a098c73dbe536d1ff7b94311dc417b9a385e0af6660683e93ca'],
] as const)('%s to %s is bit for bit what NumPy gives', (from, to, source, sha256) => {
  expect(cast(from, to, source).sha256).toBe(sha256);
});

describe('one element after many that are NaN or too large', () => {
  const CASTS: [CastSource, CastTarget, many: Words, one: Words][] = [
    ['F32', 'F16', Uint32Array.of(0x7fc0_0000, 0x7fc0_0000), Uint32Array.of(0x3f80_0000)],
    ['F32', 'BF16', Uint32Array.of(0x7f7f_ffff, 0x7f7f_ffff), Uint32Array.of(0x3f80_0000)],
    ['F16', 'F32', Uint16Array.of(0x7e00, 0x7e00), Uint16Array.of(0x3c00)],
    ['BF16', 'F32', Uint16Array.of(0x7fc0, 0x7fc0), Uint16Array.of(0x3f80)],
    ['BF16', 'F16', Uint16Array.of(0x7fc0, 0x7fc0), Uint16Array.of(0x3f80)],
    ['F16', 'BF16', Uint16Array.of(0x7e00, 0x7e00), Uint16Array.of(0x3c00)],
    ['F64', 'F16', new BigUint64Array(2).fill(0x7ff8n << 48n), new BigUint64Array(1).fill(0x3ff0n << 48n)],
  ];

  test.each(CASTS)('%s to %s: nothing is counted of what they left in the block', (from, to, many, one) => {
    const { nans, overflows } = cast(from, to, many).counts;
    expect(nans + overflows).toBe(2);
    expect(cast(from, to, one).counts).toEqual({ nans: 0, overflows: 0 });
  });
});
