import { crc32 } from 'node:zlib';
import { bitsOf, type Dtype } from '../../../shared/dtype.ts';
import { refuse } from '../../../shared/errors.ts';
import { type CastSource, type CastTarget, isCastSource, isCastTarget } from '../../../shared/plan/cast.ts';
import { BLOCK_ELEMENTS, Block, type Kernel, type Met } from './block.ts';
import { narrowBf16ByValue, narrowF16ByValue, widenF16ByValue } from './by-value.ts';
import { narrowBf16, narrowF16, narrowF64, narrowF64ToOdd, widenBf16, widenF16 } from './kernels.ts';

/** What casting some bytes met. */
export interface CastCounts {
  /** NaN of the source: they stay NaN. */
  readonly nans: number;
  /** Finite values that became infinite. */
  readonly overflows: number;
  /** The first of them: its element, counted from the first that was cast, and its value before. */
  readonly first?: { readonly element: number; readonly value: number };
}

interface Kernels {
  readonly widen: Readonly<Record<'F16' | 'BF16', Kernel>>;
  readonly narrow: Readonly<Record<'F16' | 'BF16', Kernel>>;
}
const BY_BITS: Kernels = {
  widen: { F16: widenF16, BF16: widenBf16 },
  narrow: { F16: narrowF16, BF16: narrowBf16 },
};
/** A BF16 is the upper half of a single, and doubles are rounded by the processor: one way is enough for them. */
const BY_VALUE: Kernels = {
  widen: { F16: widenF16ByValue, BF16: widenBf16 },
  narrow: { F16: narrowF16ByValue, BF16: narrowBf16ByValue },
};

/** By way of singles, which hold every 16-bit value; doubles are rounded to odd there, so rounded only once. */
function stepsOf({ widen, narrow }: Kernels, from: CastSource, to: CastTarget): readonly Kernel[] {
  if (from === 'F64') return to === 'F32' ? [narrowF64] : [narrowF64ToOdd, narrow[to]];
  return [...(from === 'F32' ? [] : [widen[from]]), ...(to === 'F32' ? [] : [narrow[to]])];
}

/** This thread's blocks: each step casts from one to the next. */
const blocks: readonly [Block, ...Block[]] = [new Block(), new Block(), new Block()];
const ignored: Met = { nans: 0, overflows: 0, first: -1 };

/** Casts runs of bytes from one dtype to another. */
export class Cast {
  readonly #from: CastSource;
  readonly #fromBytes: number;
  readonly #toBytes: number;
  readonly #converting: readonly Kernel[];
  readonly #checking: readonly Kernel[];

  constructor(from: CastSource, to: CastTarget) {
    this.#from = from;
    this.#fromBytes = bitsOf(from) / 8;
    this.#toBytes = bitsOf(to) / 8;
    this.#converting = stepsOf(BY_BITS, from, to);
    this.#checking = stepsOf(BY_VALUE, from, to);
  }

  /** Casts `length` bytes from address `from` to address `to` of the same memory; the two ranges do not meet. */
  convert(bytes: Uint8Array, from: number, length: number, to: number): CastCounts {
    const met: Met = { nans: 0, overflows: 0, first: -1 };
    let first: CastCounts['first'];
    const elements = length / this.#fromBytes;
    for (let element = 0; element < elements; element += BLOCK_ELEMENTS) {
      const count = Math.min(BLOCK_ELEMENTS, elements - element);
      const at = from + element * this.#fromBytes;
      const source = bytes.subarray(at, at + count * this.#fromBytes);
      bytes.set(this.#block(this.#converting, source, count, met), to + element * this.#toBytes);
      if (met.first >= 0) first ??= { element: element + met.first, value: this.#valueAt(met.first) };
    }
    return { nans: met.nans, overflows: met.overflows, ...(first && { first }) };
  }

  /**
   * CRC-32 of what `bytes` become, going on from `sum`. Computed by other kernels than `convert`'s, so that a
   * wrong one of either gives another sum than the output's.
   */
  readonly sumOf = (bytes: Uint8Array, sum = 0): number => {
    const elements = bytes.length / this.#fromBytes;
    for (let element = 0; element < elements; element += BLOCK_ELEMENTS) {
      const count = Math.min(BLOCK_ELEMENTS, elements - element);
      const at = element * this.#fromBytes;
      const source = bytes.subarray(at, at + count * this.#fromBytes);
      sum = crc32(this.#block(this.#checking, source, count, ignored), sum);
    }
    return sum;
  };

  /** The source's elements cast; they stand until the next block. What was met counts once, in the last step. */
  #block(steps: readonly Kernel[], source: Uint8Array, count: number, met: Met): Uint8Array {
    let [from] = blocks;
    from.bytes.set(source);
    for (const [i, step] of steps.entries()) {
      const to = blocks[i + 1] ?? from;
      step(from, to, count, i === steps.length - 1 ? met : ignored);
      from = to;
    }
    return from.bytes.subarray(0, count * this.#toBytes);
  }

  /** A value of the block that was cast last, before its last rounding. */
  #valueAt(element: number): number {
    const [first, second] = blocks;
    if (this.#from === 'F64') return first.floats8[element] ?? 0;
    const singles = this.#from === 'F32' ? first : second;
    return singles?.floats4[element] ?? 0;
  }
}

/** How to cast between the dtypes of a move's two sides; undefined where they are the same. */
export function castBetween(from: Dtype, to: Dtype): Cast | undefined {
  if (from === to) return undefined;
  if (isCastSource(from) && isCastTarget(to)) return new Cast(from, to);
  return refuse(
    'INTERNAL',
    `The plan casts ${from} to ${to}, which nothing can do.`,
    'This is a fault in Shardscope. Please report it.',
    { expected: to, found: from },
  );
}
