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

export const narrowF16ByValue: Kernel = ({ words4: words, floats4: values }, { words2: to }, count) => {
  for (let i = 0; i < count; i++) {
    const word = words[i] ?? 0;
    const magnitude = word & MAGNITUDE;
    let half = 0x7c00;
    if (magnitude < F16_NORMAL) half = (Math.abs(values[i] ?? 0) * 2 ** 24 + WHOLE - WHOLE) | 0;
    else if (magnitude < INFINITY) half = Math.min(nearer(magnitude, 13) - (112 << 10), 0x7c00);
    else if (magnitude > INFINITY) half |= 0x200 | ((magnitude >>> 13) & 0x3ff);
    to[i] = half | ((word >>> 16) & 0x8000);
  }
};

export const widenF16ByValue: Kernel = ({ words2: from }, { words4: words, floats4: values }, count) => {
  for (let i = 0; i < count; i++) {
    const half = from[i] ?? 0;
    const magnitude = half & 0x7fff;
    // The half's fields in a single's places are the same number, 2^112 times too small.
    words[i] = magnitude << 13;
    if (magnitude >= 0x7c00) words[i] = (words[i] ?? 0) | INFINITY;
    else values[i] = (values[i] ?? 0) * 2 ** 112;
    if (half >= 0x8000) words[i] = (words[i] ?? 0) | ~MAGNITUDE;
  }
};
