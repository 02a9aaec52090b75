import { bitsOf } from '../dtype.ts';
import { boxKey, volume } from '../layout/box.ts';
import type { Model } from '../model.ts';
import type { ReportCounts } from '../report.ts';
import { type Move, type Plan, tensorMoves } from './plan.ts';

/** Where every tensor and every byte of the sources went: what a report says, and what tests hold a plan to. */
export function countsOf(plan: Plan, model: Model): ReportCounts {
  const read = new Reading();
  const names = new Set<string>();
  const bytes = { in: 0, leftOut: 0, redundant: 0, unused: 0, repeated: 0, cast: 0, out: 0 };
  for (const move of tensorMoves(plan)) {
    for (const { tensor } of move.to) names.add(tensor);
    const fresh = read.add(move);
    const { all, distinct, written } = bytesTo(move);
    bytes.unused += fresh === 0 ? 0 : fresh - distinct;
    bytes.repeated += fresh === 0 ? all : all - distinct;
    bytes.cast += written - all;
    bytes.out += written;
  }
  const tensors = { in: model.tensors.length, leftOut: 0, out: names.size };
  for (const { name, holders } of model.tensors) {
    let held = 0;
    for (const { stored } of holders) held += stored.byteLength;
    bytes.in += held;
    if (read.names.has(name)) continue;
    tensors.leftOut++;
    bytes.leftOut += held;
  }
  bytes.redundant = bytes.in - bytes.leftOut - read.bytes;
  return { tensors, bytes };
}

/** The source pieces that were read so far, each counted once: several moves may read one. */
class Reading {
  readonly names = new Set<string>();
  bytes = 0;
  readonly #seen = new Set<string>();

  /** Bytes that no move before has read. */
  add({ from }: Move): number {
    let fresh = 0;
    for (const { tensor, file, offset, byteLength } of from) {
      this.names.add(tensor);
      const key = `${file}:${offset}`;
      if (byteLength === 0 || this.#seen.has(key)) continue;
      this.#seen.add(key);
      fresh += byteLength;
    }
    this.bytes += fresh;
    return fresh;
  }
}

/** Bytes of a move's outputs: as many as they have in the source's dtype, of each box once, and as written. */
function bytesTo({ from, to }: Move): { all: number; distinct: number; written: number } {
  const bits = bitsOf(from[0]?.dtype ?? to[0]?.dtype ?? 'U8');
  const boxes = new Set<string>();
  const sum = { all: 0, distinct: 0, written: 0 };
  for (const { box, byteLength } of to) {
    const bytes = (volume(box.extent) * bits) / 8;
    const key = boxKey(box);
    sum.all += bytes;
    if (!boxes.has(key)) sum.distinct += bytes;
    boxes.add(key);
    sum.written += byteLength;
  }
  return sum;
}
