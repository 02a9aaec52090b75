import type { Extent } from '../../shared/plan/piece.ts';
import { Control } from './control.ts';
import { FileSum } from './file-sum.ts';
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
  try {
    const sum = new FileSum(files.source(source), new Control(control));
    return Uint32Array.from(runs, (extents) => extents.reduce((crc, extent) => sum.add(crc, extent), 0));
  } finally {
    files.close();
  }
}
