import type { Runs } from '../../shared/plan/runs.ts';

/** Runs up to this many bytes are moved by loops over words: a `copyWithin` call costs about as much. */
const SHORT_RUN = 64;

/**
 * The copy buffers of one thread in a single allocation, so that moving bytes between them is `copyWithin`
 * (memmove, no view object per run) or a loop over 1, 2 or 4-byte words. Never floating point words: those may
 * change the bits of a NaN.
 */
export class Memory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #words2: Uint16Array;
  readonly #words4: Uint32Array;

  constructor(length: number) {
    const buffer = new ArrayBuffer(Math.ceil(length / 8) * 8);
    this.bytes = new Uint8Array(buffer);
    this.#words2 = new Uint16Array(buffer);
    this.#words4 = new Uint32Array(buffer);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Copies what `runs` says from the piece that begins at address `from` to the one at `to`. */
  copyRuns(runs: Runs, from: number, to: number): void {
    this.#copyLoops(runs, runs.loops.length - 1, from + runs.from, to + runs.to);
  }

  #copyLoops(runs: Runs, level: number, from: number, to: number): void {
    const loop = runs.loops[level];
    if (loop === undefined) {
      this.bytes.copyWithin(to, from, from + runs.run);
    } else if (level === 0) {
      this.copyRows(from, to, runs.run, loop.count, loop.fromStride, loop.toStride);
    } else {
      for (let i = 0; i < loop.count; i++)
        this.#copyLoops(runs, level - 1, from + i * loop.fromStride, to + i * loop.toStride);
    }
  }

  /** Copies `count` runs of `run` bytes that lie `fromStride` apart to addresses `toStride` apart. */
  copyRows(from: number, to: number, run: number, count: number, fromStride: number, toStride: number): void {
    if (run > SHORT_RUN) {
      const { bytes } = this;
      for (let i = 0; i < count; i++) {
        bytes.copyWithin(to, from, from + run);
        from += fromStride;
        to += toStride;
      }
      return;
    }
    const alignment = from | to | run | fromStride | toStride;
    if ((alignment & 3) === 0)
      copyWords(this.#words4, from >> 2, to >> 2, run >> 2, count, fromStride >> 2, toStride >> 2);
    else if ((alignment & 1) === 0)
      copyWords(this.#words2, from >> 1, to >> 1, run >> 1, count, fromStride >> 1, toStride >> 1);
    else copyWords(this.bytes, from, to, run, count, fromStride, toStride);
  }
}

function copyWords(
  words: Uint8Array | Uint16Array | Uint32Array,
  from: number,
  to: number,
  run: number,
  count: number,
  fromStride: number,
  toStride: number,
): void {
  for (let i = 0; i < count; i++) {
    for (let w = 0; w < run; w++) words[to + w] = words[from + w] ?? 0;
    from += fromStride;
    to += toStride;
  }
}
