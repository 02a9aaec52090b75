import type { Kernel } from './block.ts';

/**
 * The kernels that verification uses: they come to the words of `kernels.ts` in other ways, so that neither can be
 * wrong alone without the output being found to differ. They count nothing.
 */

const MAGNITUDE = 0x7fff_ffff;
const INFINITY = 0x7f80_0000;

/** Of the two neighbours of a word without its lower `bits` the nearer one, or the even one when both are as near. */
function nearer(word: number, bits: number): number {
  const lower = word >>> bits;
  const rest = word & ((1 << bits) - 1);
  // The sign of the difference is 1 where to round up: a branch here would be guessed wrongly half of the time.
  return lower + (((1 << (bits - 1)) - rest - (lower & 1)) >>> 31);
}

export const narrowBf16ByValue: Kernel = ({ words4: from }, { words2: to, words4: pairs }, count) => {
  if (count % 2 === 1) from[count] = 0;
  for (let i = 0; i < count; i += 2) {
    const first = from[i] ?? 0;
    const second = from[i + 1] ?? 0;
    if ((first & MAGNITUDE) <= INFINITY && (second & MAGNITUDE) <= INFINITY)
      pairs[i >> 1] = nearer(first, 16) | (nearer(second, 16) << 16);
    else {
      to[i] = (first & MAGNITUDE) > INFINITY ? (first >>> 16) | 0x40 : nearer(first, 16);
      to[i + 1] = (second & MAGNITUDE) > INFINITY ? (second >>> 16) | 0x40 : nearer(second, 16);
    }
  }
};

/** 2^-14 as a single: below it a half counts units of 2^-24. */
const F16_NORMAL = 0x3880_0000;
/** Adding and subtracting 2^52 leaves no fraction of a smaller double: rounded to nearest, ties to even. */
const WHOLE = 2 ** 52;

export const narrowF16ByValue: Kernel = (from, { words2: to, words4: pairs }, count) => {
  const { words4: words, floats4: values } = from;
  if (count % 2 === 1) words[count] = 0;
  for (let i = 0; i < count; i += 2) {
    const first = words[i] ?? 0;
    const second = words[i + 1] ?? 0;
    if (isNormal(first & MAGNITUDE) && isNormal(second & MAGNITUDE))
      pairs[i >> 1] = normalHalf(first) | (normalHalf(second) << 16);
    else {
      to[i] = halfOf(first, values[i] ?? 0);
      to[i + 1] = halfOf(second, values[i + 1] ?? 0);
    }
  }
};

/** Whether a single is finite and not below the smallest normal half. */
function isNormal(magnitude: number): boolean {
  return magnitude >= F16_NORMAL && magnitude < INFINITY;
}

function normalHalf(word: number): number {
  const half = nearer(word & MAGNITUDE, 13) - (112 << 10);
  return Math.min(half, 0x7c00) | ((word >>> 16) & 0x8000);
}

function halfOf(word: number, value: number): number {
  const magnitude = word & MAGNITUDE;
  if (isNormal(magnitude)) return normalHalf(word);
  let half = 0x7c00;
  if (magnitude < F16_NORMAL) half = (Math.abs(value) * 2 ** 24 + WHOLE - WHOLE) | 0;
  else if (magnitude > INFINITY) half |= 0x200 | ((magnitude >>> 13) & 0x3ff);
  return half | ((word >>> 16) & 0x8000);
}

/** As `kernels.ts` looks halves up, in a table that was made in another way. */
let singles: Int32Array | undefined;

export const widenF16ByValue: Kernel = ({ words2: from }, { words4: to }, count) => {
  singles ??= singlesByValue();
  const table = singles;
  for (let i = 0; i < count; i++) to[i] = table[from[i] ?? 0] ?? 0;
};

function singlesByValue(): Int32Array {
  const words = Int32Array.from({ length: 0x1_0000 }, (_, half) => (half & 0x7fff) << 13);
  // The half's fields in a single's places are the same number, 2^112 times too small.
  const values = new Float32Array(words.buffer);
  for (let half = 0; half < 0x1_0000; half++) {
    if ((half & 0x7fff) >= 0x7c00) words[half] = (words[half] ?? 0) | INFINITY;
    else values[half] = (values[half] ?? 0) * 2 ** 112;
    if (half >= 0x8000) words[half] = (words[half] ?? 0) | ~MAGNITUDE;
  }
  return words;
}
