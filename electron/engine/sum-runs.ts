import { crc32 } from 'node:zlib';
import type { Extent } from '../../shared/plan/piece.ts';
import { CHUNK } from './check-crc.ts';
import { Control } from './control.ts';
import { readInto } from './open/read-bytes.ts';
import { OpenFiles, type SourceName } from './open-files.ts';

/** Computes the CRC-32 of parts of a file: for each of `runs`, of its extents one after the other. */
export interface SumRunsTask {
  readonly type: 'sum-runs';
  readonly source: SourceName;
  readonly runs: readonly (readonly Extent[])[];
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

export function sumRuns({ source, runs, control }: SumRunsTask): Uint32Array<ArrayBuffer> {
  const files = new OpenFiles();
  const work = new Control(control);
  const buffer = new Uint8Array(CHUNK);
  try {
    const fd = files.source(source);
    const add = (sum: number, { offset, length }: Extent): number => {
      let crc = sum;
      for (let done = 0; done < length; ) {
        work.check();
        const chunk = buffer.subarray(0, Math.min(CHUNK, length - done));
        const count = readInto(fd, chunk, offset + done);
        if (count === 0) break;
        crc = crc32(chunk.subarray(0, count), crc);
        done += count;
        work.add(count);
      }
      return crc;
    };
    return Uint32Array.from(runs, (extents) => extents.reduce(add, 0));
  } finally {
    files.close();
  }
}
