import { crc32 } from 'node:zlib';
import type { Extent } from '../../shared/plan/piece.ts';
import type { Control } from './control.ts';
import { readInto } from './open/read-bytes.ts';

/** Large enough that a network drive streams, small enough to cancel within a moment. */
export const CHUNK = 4 * 1024 * 1024;

/** CRC-32 of parts of an open file, read a chunk at a time: counted, and stopped, by a `Control`. */
export class FileSum {
  readonly #fd: number;
  readonly #work: Control;
  readonly #buffer = new Uint8Array(CHUNK);
  /** Read so far. */
  bytes = 0;

  constructor(fd: number, work: Control) {
    this.#fd = fd;
    this.#work = work;
  }

  /** Goes on from `sum` with a part of the file; what would lie beyond the file's end adds nothing. */
  add(sum: number, { offset, length }: Extent): number {
    let crc = sum;
    for (let done = 0; done < length; ) {
      this.#work.check();
      const chunk = this.#buffer.subarray(0, Math.min(CHUNK, length - done));
      const count = readInto(this.#fd, chunk, offset + done);
      if (count === 0) break;
      crc = crc32(chunk.subarray(0, count), crc);
      done += count;
      this.#work.add(count);
      this.bytes += count;
    }
    return crc;
  }
}
