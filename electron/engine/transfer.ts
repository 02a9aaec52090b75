import { readSync, writeSync } from 'node:fs';
import { refuse } from '../../shared/errors.ts';
import type { Extent, Piece } from '../../shared/plan/piece.ts';
import { errnoOf, readError, writeError } from './errno.ts';

/** A contiguous run of a piece's bytes and its place in the thread's memory. */
export interface Span {
  readonly file: number;
  readonly tensor: string;
  /** Where the bytes lie in the file, in order; several only when a `.ckpt` spreads a tensor over values. */
  readonly extents: readonly Extent[];
  readonly length: number;
  /** Address in the thread's memory, given by `place`. */
  at: number;
}

/** `length` bytes of a file at `offset` from or to address `at`: one system call when all goes well. */
export interface Transfer {
  readonly file: number;
  readonly tensor: string;
  readonly offset: number;
  length: number;
  readonly at: number;
}

/** The span of bytes `[range.offset, + range.length)` of a piece, mapped over its extents. */
export function spanIn(piece: Piece, range: Extent): Span {
  const { file, tensor } = piece;
  const { length } = range;
  if (piece.extents === undefined)
    return { file, tensor, extents: [{ offset: piece.offset + range.offset, length }], length, at: 0 };
  const extents: Extent[] = [];
  let skip = range.offset;
  let left = length;
  for (const extent of piece.extents) {
    const take = Math.min(extent.length - skip, left);
    if (take > 0) extents.push({ offset: extent.offset + skip, length: take });
    if (take > 0) left -= take;
    skip = Math.max(0, skip - extent.length);
  }
  return { file, tensor, extents, length, at: 0 };
}

/**
 * Gives spans their addresses from `at` on, in file order, so that neighbours in a file are neighbours in
 * memory and can be moved by one call. Others begin at multiples of 8, for moving by words. Returns the end.
 */
export function place(spans: Span[], at: number): number {
  spans.sort((a, b) => a.file - b.file || start(a) - start(b));
  let end = at;
  let previous: Span | undefined;
  for (const span of spans) {
    const joins = previous?.file === span.file && stop(previous) === start(span);
    span.at = joins ? end : Math.ceil(end / 8) * 8;
    end = span.at + span.length;
    previous = span;
  }
  return end;
}

function start(span: Span): number {
  return span.extents[0]?.offset ?? 0;
}

function stop(span: Span): number {
  const last = span.extents.at(-1);
  return last === undefined ? 0 : last.offset + last.length;
}

/** The fewest transfers that move all spans. */
export function transfersOf(spans: readonly Span[]): Transfer[] {
  const all: Transfer[] = [];
  for (const { file, tensor, extents, at } of spans) {
    let from = at;
    for (const { offset, length } of extents) {
      all.push({ file, tensor, offset, length, at: from });
      from += length;
    }
  }
  all.sort((a, b) => a.file - b.file || a.offset - b.offset);
  const joined: Transfer[] = [];
  for (const next of all) {
    const last = joined.at(-1);
    if (
      last?.file === next.file &&
      last.offset + last.length === next.offset &&
      last.at + last.length === next.at
    )
      last.length += next.length;
    else joined.push(next);
  }
  return joined;
}

/** What a signal or a busy drive makes of a call: no more than that it is to be made again. */
const AGAIN = new Set(['EINTR', 'EAGAIN']);
/** Tries in a row, a millisecond apart, before such an answer is taken for a failure. */
const TRIES = 1000;

/** Makes a call until it is answered. */
export function untilAnswered(call: () => number): number {
  for (let tries = 1; ; tries++) {
    try {
      return call();
    } catch (error) {
      if (tries === TRIES || !AGAIN.has(errnoOf(error) ?? '')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Reads all of a transfer, however many calls that takes. Refuses IO_READ when the file ends before. */
export function readFully(fd: number, path: string, bytes: Uint8Array, transfer: Transfer): void {
  let done = 0;
  while (done < transfer.length) {
    const at = transfer.offset + done;
    let count: number;
    try {
      count = untilAnswered(() => readSync(fd, bytes, transfer.at + done, transfer.length - done, at));
    } catch (error) {
      throw readError(error, path);
    }
    if (count === 0)
      refuse(
        'IO_READ',
        `${path} ends at byte ${at}, inside ${transfer.tensor}.`,
        'Get the file again, whole.',
        {
          file: path,
          tensor: transfer.tensor,
          expected: `${transfer.offset + transfer.length} bytes`,
          found: `${at} bytes`,
        },
      );
    done += count;
  }
}

/** Writes all of a transfer, however many calls that takes. Refuses OUT_SPACE, OUT_WRITE, IO_PERMISSION. */
export function writeFully(fd: number, path: string, bytes: Uint8Array, transfer: Transfer): void {
  let done = 0;
  while (done < transfer.length) {
    const at = transfer.offset + done;
    try {
      const count = untilAnswered(() => writeSync(fd, bytes, transfer.at + done, transfer.length - done, at));
      if (count === 0) throw new Error('the system took no byte and gave no reason');
      done += count;
    } catch (error) {
      throw writeError(error, path, `Writing stopped at byte ${at}.`);
    }
  }
}
