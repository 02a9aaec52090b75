/** Elements that are cast at once: three blocks of at most 32 KiB stay in a core's own caches. */
export const BLOCK_ELEMENTS = 4096;

/**
 * Room for a block of elements, seen as the words that kernels work on. Its own memory, so that words are aligned
 * whatever the addresses in files and copy buffers are.
 */
export class Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words2: Uint16Array;
  /** Signed: V8 keeps an unsigned word above 2^31 as a floating point number. */
  readonly words4: Int32Array;
  readonly floats4: Float32Array;
  readonly floats8: Float64Array;

  constructor() {
    const buffer = new ArrayBuffer(BLOCK_ELEMENTS * 8);
    this.bytes = new Uint8Array(buffer);
    this.words2 = new Uint16Array(buffer);
    this.words4 = new Int32Array(buffer);
    this.floats4 = new Float32Array(buffer);
    this.floats8 = new Float64Array(buffer);
  }
}

/** What a kernel met. */
export interface Met {
  /** NaN of the source: they stay NaN. */
  nans: number;
  /** Finite values that became infinite. */
  overflows: number;
  /** Index in the block of the last kernel call's first overflow; -1 for none. */
  first: number;
}

/**
 * Casts the first `count` elements of `from` into `to`; adds to what `met` counts, and sets its `first`. What lies
 * after them in either block is lost.
 */
export type Kernel = (from: Block, to: Block, count: number, met: Met) => void;
