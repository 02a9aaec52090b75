import type { Kernel, Met } from './block.ts';

/**
 * The kernels that make a job's output, on the bits of words: IEEE 754 rounding to nearest, ties to even. A NaN
 * stays one with its sign and the top bits of its payload; narrowing makes it quiet, as cutting the payload of a
 * signalling one could leave infinity. Widening keeps every bit.
 */

const MAGNITUDE = 0x7fff_ffff;
const INFINITY = 0x7f80_0000;

/** Two at a time, read as one word: 0.7 instead of 2.4 ns each. An odd count widens a zero beside the last. */
export const widenBf16: Kernel = ({ words2, words4: from }, { words4: to }, count, met) => {
  if (count % 2 === 1) words2[count] = 0;
  let nans = 0;
  for (let i = 0; i < count; i += 2) {
    const pair = from[i >> 1] ?? 0;
    const first = pair << 16;
    const second = pair & 0xffff_0000;
    to[i] = first;
    to[i + 1] = second;
    if ((first & MAGNITUDE) > INFINITY) nans++;
    if ((second & MAGNITUDE) > INFINITY) nans++;
  }
  met.nans += nans;
};

/** All 65,536 halves as singles: looking one up takes 1.0 ns, working it out 1.5. Made when first needed. */
let singles: Int32Array | undefined;

export const widenF16: Kernel = ({ words2, words4: from }, { words4: to }, count, met) => {
  singles ??= Int32Array.from({ length: 0x1_0000 }, (_, half) => singleOf(half));
  const table = singles;
  if (count % 2 === 1) words2[count] = 0;
  let nans = 0;
  for (let i = 0; i < count; i += 2) {
    const pair = from[i >> 1] ?? 0;
    const first = table[pair & 0xffff] ?? 0;
    const second = table[pair >>> 16] ?? 0;
    to[i] = first;
    to[i + 1] = second;
    if ((first & MAGNITUDE) > INFINITY) nans++;
    if ((second & MAGNITUDE) > INFINITY) nans++;
  }
  met.nans += nans;
};

function singleOf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return sign | INFINITY | ((magnitude & 0x3ff) << 13);
  // Exponents differ by 127 - 15 = 112.
  if (magnitude >= 0x400) return sign | ((magnitude << 13) + (112 << 23));
  if (magnitude === 0) return sign;
  // A subnormal half is a normal single: its first 1 moves to the hidden bit.
  const shift = Math.clz32(magnitude) - 21;
  return sign | ((113 - shift) << 23) | (((magnitude << shift) & 0x3ff) << 13);
}

/** From here a single rounds to infinity in BF16: half a unit above the largest, 0x7f7f. */
const BF16_OVERFLOW = 0x7f7f_8000;

/** Two at a time, stored as one word: 1.1 instead of 1.5 ns each. An odd count leaves a zero beside the last. */
export const narrowBf16: Kernel = ({ words4: from }, { words2: to, words4: pairs }, count, met) => {
  met.first = -1;
  if (count % 2 === 1) from[count] = 0;
  for (let i = 0; i < count; i += 2) {
    const first = from[i] ?? 0;
    const second = from[i + 1] ?? 0;
    if ((first & MAGNITUDE) < BF16_OVERFLOW && (second & MAGNITUDE) < BF16_OVERFLOW)
      pairs[i >> 1] = (rounded(first) >>> 16) | (rounded(second) & 0xffff_0000);
    else {
      to[i] = bf16Of(first, i, met);
      to[i + 1] = bf16Of(second, i + 1, met);
    }
  }
};

/** Adds half a unit of the upper half of a word, and one less where that is even: the rest is cut off. */
function rounded(word: number): number {
  return word + 0x7fff + ((word >>> 16) & 1);
}

function bf16Of(word: number, index: number, met: Met): number {
  const magnitude = word & MAGNITUDE;
  if (magnitude < BF16_OVERFLOW) return rounded(word) >>> 16;
  return beyond(word, magnitude, 0x7f80, magnitude >>> 16, index, met);
}

/** 65,520 as a single: half a unit above F16's largest, 65,504. */
const F16_OVERFLOW = 0x477f_f000;
/** 2^-14, the smallest normal half. */
const F16_NORMAL = 0x3880_0000;
/** 2^-25: half of the smallest subnormal half, which ties to zero. */
const F16_ZERO = 0x3300_0000;

/** What the exponents of a single and a half differ by, 127 - 15, in a single's place. */
const F16_BIAS = 112 << 23;
/** What rounds the smallest normal half, a step below half a unit added. */
const F16_FIRST = F16_NORMAL - F16_BIAS + 0xfff;
/** From the smallest to the largest single that is a normal half when rounded. */
const F16_NORMALS = F16_OVERFLOW - 1 - F16_NORMAL;

/**
 * Two at a time as with `narrowBf16`: 1.1 instead of 2.9 ns each where neither is tiny or too large. All of it is
 * here, as V8 inlines what it calls in some runs only, and without that it takes 2.7 ns.
 */
export const narrowF16: Kernel = ({ words4: from }, { words2: to, words4: pairs }, count, met) => {
  met.first = -1;
  if (count % 2 === 1) from[count] = 0;
  for (let i = 0; i < count; i += 2) {
    const first = from[i] ?? 0;
    const second = from[i + 1] ?? 0;
    const a = (first & MAGNITUDE) - F16_NORMAL;
    const b = (second & MAGNITUDE) - F16_NORMAL;
    // None of the four has the sign bit where both are normal halves.
    if ((a | b | (F16_NORMALS - a) | (F16_NORMALS - b)) >= 0)
      pairs[i >> 1] =
        ((first >>> 16) & 0x8000) |
        ((a + F16_FIRST + ((a >>> 13) & 1)) >>> 13) |
        (second & ~MAGNITUDE) |
        (((b + F16_FIRST + ((b >>> 13) & 1)) << 3) & 0x7fff_0000);
    else {
      to[i] = halfOf(first, i, met);
      to[i + 1] = halfOf(second, i + 1, met);
    }
  }
};

function normalHalf(word: number): number {
  const magnitude = word & MAGNITUDE;
  const sign = (word >>> 16) & 0x8000;
  return sign | ((magnitude - F16_BIAS + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

function halfOf(word: number, index: number, met: Met): number {
  const magnitude = word & MAGNITUDE;
  const sign = (word >>> 16) & 0x8000;
  if (magnitude >= F16_OVERFLOW)
    return beyond(word, magnitude, 0x7c00, 0x7c00 | ((magnitude >>> 13) & 0x3ff), index, met);
  if (magnitude >= F16_NORMAL) return normalHalf(word);
  if (magnitude <= F16_ZERO) return sign;
  const shift = 126 - (magnitude >>> 23);
  const significand = (magnitude & 0x7f_ffff) | 0x80_0000;
  const odd = (significand >>> shift) & 1;
  return sign | ((significand + (1 << (shift - 1)) - 1 + odd) >>> shift);
}

/** The 16-bit word for a single that is infinite, NaN or too large: `nan` has the top bits of its payload. */
function beyond(
  word: number,
  magnitude: number,
  infinity: number,
  nan: number,
  index: number,
  met: Met,
): number {
  const sign = (word >>> 16) & 0x8000;
  if (magnitude === INFINITY) return sign | infinity;
  if (magnitude > INFINITY) {
    met.nans++;
    // The quiet bit is the top bit of the payload: the lowest bit of `infinity`, shifted down by one.
    return sign | nan | ((infinity & -infinity) >> 1);
  }
  met.overflows++;
  if (met.first < 0) met.first = index;
  return sign | infinity;
}

/** Doubles to singles; the processor rounds. */
export const narrowF64: Kernel = ({ floats8, words4: words }, to, count, met) => {
  met.first = -1;
  for (let i = 0; i < count; i++) {
    const value = floats8[i] ?? 0;
    to.floats4[i] = value;
    if (Number.isFinite(to.floats4[i])) continue;
    if (Number.isNaN(value)) {
      met.nans++;
      to.words4[i] = narrowNan(words[2 * i] ?? 0, words[2 * i + 1] ?? 0);
    } else if (Number.isFinite(value)) {
      met.overflows++;
      if (met.first < 0) met.first = i;
    }
  }
};

/**
 * Doubles to singles on their way to 16 bits: what a single cannot hold makes its last bit 1 (rounding to odd), so
 * that rounding it again gives what rounding the double once would. Nothing becomes infinite here.
 */
export const narrowF64ToOdd: Kernel = ({ floats8, words4: words }, to, count) => {
  for (let i = 0; i < count; i++) {
    const value = floats8[i] ?? 0;
    const rounded = Math.fround(value);
    to.floats4[i] = rounded;
    if (rounded === value) continue;
    if (Number.isNaN(value)) to.words4[i] = narrowNan(words[2 * i] ?? 0, words[2 * i + 1] ?? 0);
    else {
      const towardsZero = Math.abs(rounded) > Math.abs(value) ? 1 : 0;
      to.words4[i] = ((to.words4[i] ?? 0) - towardsZero) | 1;
    }
  }
};

/** The quiet single with a double NaN's sign and the top bits of its payload. */
function narrowNan(low: number, high: number): number {
  return (high & ~MAGNITUDE) | 0x7fc0_0000 | ((high & 0xf_ffff) << 3) | (low >>> 29);
}
