import { bitsOf } from '../../../shared/dtype.ts';
import { type Box, intersect, volume } from '../../../shared/layout/box.ts';
import type { Piece } from '../../../shared/plan/piece.ts';
import { elementRuns, type Runs } from '../../../shared/plan/runs.ts';
import { itemBytes, unpack } from '../../../shared/values/elements.ts';
import { fileOf } from '../copy.ts';
import { OpenFiles } from '../open-files.ts';
import { readFully, spanIn } from '../transfer.ts';
import type { TensorSource } from './tensor-source.ts';

/** Runs at most this far apart are read in one stretch: a call costs about as much as copying 16 KiB. */
const NEAR = 16_384;
/** Bytes of one such stretch. */
const STRETCH = 1_048_576;

/**
 * Reads boxes of a tensor, wherever their bytes lie. One for one task: close it. Refuses IO_READ,
 * IO_SOURCE_CHANGED and what opening a file refuses.
 */
export class BoxReader {
  readonly #source: TensorSource;
  readonly #files = new OpenFiles();
  readonly #item: number;
  #out = new Uint8Array();
  #scratch = new Uint8Array();
  #packed = new Uint8Array();

  constructor(source: TensorSource) {
    this.#source = source;
    this.#item = itemBytes(source.dtype);
  }

  /** The box's elements, row-major, in memory that the next call uses again; its address is a multiple of 8. */
  read(box: Box): Uint8Array<ArrayBuffer> {
    const length = volume(box.extent) * this.#item;
    if (this.#out.length < length) this.#out = new Uint8Array(length);
    const out = this.#out.subarray(0, length);
    for (const part of this.#source.parts) {
      const common = intersect(part.box, box);
      if (common) this.#copyPart(part.piece, elementRuns(part.piece.box, box, common), out);
    }
    return out;
  }

  close(): void {
    this.#files.close();
  }

  #copyPart(piece: Piece, runs: Runs, out: Uint8Array): void {
    const visit = (level: number, from: number, to: number): void => {
      const loop = runs.loops[level];
      if (loop === undefined) this.#load(piece, from, runs.run, out, to * this.#item);
      else if (level === 0 && (loop.fromStride - runs.run) * this.#item <= NEAR)
        this.#loadNear(piece, from, to, runs.run, loop, out);
      else
        for (let i = 0; i < loop.count; i++)
          visit(level - 1, from + i * loop.fromStride, to + i * loop.toStride);
    };
    visit(runs.loops.length - 1, runs.from, runs.to);
  }

  /** Runs that lie near each other: read with what is between them, then put in place. */
  #loadNear(
    piece: Piece,
    from: number,
    to: number,
    run: number,
    loop: Runs['loops'][number],
    out: Uint8Array,
  ): void {
    const { count, fromStride, toStride } = loop;
    const item = this.#item;
    const atOnce = Math.max(1, Math.floor(STRETCH / (fromStride * item)));
    for (let first = 0; first < count; first += atOnce) {
      const some = Math.min(atOnce, count - first);
      const length = ((some - 1) * fromStride + run) * item;
      if (this.#scratch.length < length) this.#scratch = new Uint8Array(length);
      const scratch = this.#scratch;
      this.#load(piece, from + first * fromStride, length / item, scratch, 0);
      for (let i = 0; i < some; i++) {
        const at = i * fromStride * item;
        copyRun(scratch, at, out, (to + (first + i) * toStride) * item, run * item);
      }
    }
  }

  /** Elements `[from, from + count)` of the piece to address `at`. */
  #load(piece: Piece, from: number, count: number, out: Uint8Array, at: number): void {
    const bits = bitsOf(piece.dtype);
    if (bits >= 8) {
      this.#read(piece, (from * bits) / 8, (count * bits) / 8, out, at);
      return;
    }
    const first = Math.floor((from * bits) / 8);
    const length = Math.ceil(((from + count) * bits) / 8) - first;
    if (this.#packed.length < length) this.#packed = new Uint8Array(length);
    this.#read(piece, first, length, this.#packed, 0);
    unpack(this.#packed, bits, from * bits - first * 8, count, out.subarray(at, at + count));
  }

  #read(piece: Piece, offset: number, length: number, out: Uint8Array, at: number): void {
    const source = fileOf(this.#source.files, piece.file);
    const fd = this.#files.source(source);
    let to = at;
    for (const extent of spanIn(piece, { offset, length }).extents) {
      const transfer = { ...extent, file: piece.file, tensor: piece.tensor, at: to };
      readFully(fd, source.path, out, transfer);
      to += extent.length;
    }
  }
}

/** A call of `set` costs as much as some 16 bytes copied one by one. */
function copyRun(from: Uint8Array, at: number, out: Uint8Array, to: number, length: number): void {
  if (length > 16) out.set(from.subarray(at, at + length), to);
  else for (let i = 0; i < length; i++) out[to + i] = from[at + i] ?? 0;
}
