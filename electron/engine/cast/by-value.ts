import type { Kernel } from './block.ts';

/**
 * The kernels that verification uses: they come to the words of `kernels.ts` in other ways, so that neither can be
 * wrong alone without the output being found to differ. They count nothing.
 */

const MAGNITUDE = 0x7fff_ffff;
const INFINITY = 0x7f80_0000;

/** Of the two neighbours the nearer one; when both are as near, the one that is even. */
export const narrowBf16ByValue: Kernel = ({ words4: from }, { words2: to }, count) => {
  for (let i = 0; i < count; i++) {
    const word = from[i] ?? 0;
    const upper = word >>> 16;
    const rest = word & 0xffff;
    const nan = (word & MAGNITUDE) > INFINITY;
    to[i] = nan ? upper | 0x40 : upper + (rest + (upper & 1) > 0x8000 ? 1 : 0);
  }
};

/** Adding and subtracting 2^52 leaves no fraction of a smaller double: rounded to nearest, ties to even. */
const WHOLE = 2 ** 52;
/** Exponent field that 2^-14, the smallest normal half, has as a single: below it the unit stays 2^-24. */
const NORMAL = 127 - 14;
/** For each exponent field of a single, how many units in the last place of its half the number 1 is. */
const units = Float64Array.from({ length: 255 }, (_, field) => 2 ** (127 + 10 - Math.max(field, NORMAL)));

/** The value counted in units of the last place, as a whole number. */
export const narrowF16ByValue: Kernel = ({ words4: words, floats4: values }, { words2: to }, count) => {
  for (let i = 0; i < count; i++) {
    const word = words[i] ?? 0;
    const magnitude = word & MAGNITUDE;
    const field = magnitude >>> 23;
    let half = 0x7c00;
    if (magnitude < INFINITY) {
      const whole = (Math.abs(values[i] ?? 0) * (units[field] ?? 0) + WHOLE - WHOLE) | 0;
      half = (field > NORMAL ? (field - NORMAL) << 10 : 0) + whole;
      if (half > 0x7c00) half = 0x7c00;
    } else if (magnitude > INFINITY) half |= 0x200 | ((magnitude >>> 13) & 0x3ff);
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
