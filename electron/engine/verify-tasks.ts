import { bitsOf, type Dtype } from '../../shared/dtype.ts';
import type { Extent } from '../../shared/plan/piece.ts';
import { largestDifference } from '../../shared/values/largest-difference.ts';
import { type CheckCrcTask, checkCrc } from './check-crc.ts';
import { Control } from './control.ts';
import { CHUNK } from './file-sum.ts';
import { readInto } from './open/read-bytes.ts';
import { OpenFiles, type SourceName } from './open-files.ts';
import { type SumRunsTask, sumRuns } from './sum-runs.ts';

/** Compares slices that must be equal: the copies of one box on several ranks. */
export interface CompareReplicasTask {
  readonly type: 'compare-replicas';
  readonly groups: readonly ReplicaGroup[];
  readonly sources: ReadonlyMap<number, SourceName>;
  readonly control: SharedArrayBuffer;
}

/** Copies of one slice; the first is what the others are held against. */
export interface ReplicaGroup {
  readonly byteLength: number;
  readonly dtype: Dtype;
  readonly copies: readonly { readonly file: number; readonly extents: readonly Extent[] }[];
}

/** A copy that differs from the first of its group. */
export interface Difference {
  /** Index into the task's groups, and of the copy in its group. */
  readonly group: number;
  readonly copy: number;
  /** First element that differs, counted row-major in the slice, and how many do. */
  readonly element: number;
  readonly count: number;
  /** Largest absolute difference of two finite numbers; 0 where there is none. */
  readonly maxAbs: number;
}

export type VerifyTask = CheckCrcTask | CompareReplicasTask | SumRunsTask;

export interface VerifyResults {
  'check-crc': number;
  'compare-replicas': readonly Difference[];
  'sum-runs': Uint32Array<ArrayBuffer>;
}

export const verifyHandlers = {
  'check-crc': checkCrc,
  'compare-replicas': compareReplicas,
  'sum-runs': sumRuns,
};

export function compareReplicas({ groups, sources, control }: CompareReplicasTask): Difference[] {
  const files = new OpenFiles();
  const work = new Control(control);
  const first = Buffer.alloc(CHUNK);
  const other = Buffer.alloc(CHUNK);
  const read = (copy: ReplicaGroup['copies'][number], at: number, target: Buffer): void => {
    const source = sources.get(copy.file);
    if (source) readExtents(files.source(source), copy.extents, at, target);
    work.add(target.length);
  };
  const differences: Difference[] = [];
  try {
    groups.forEach(({ byteLength, dtype, copies }, group) => {
      const bits = bitsOf(dtype);
      const [reference, ...replicas] = copies;
      if (!reference) return;
      const found = replicas.map(() => ({ element: -1, count: 0, maxAbs: 0 }));
      // Three bytes hold whole elements of every dtype: four F6 or six F4.
      const step = CHUNK - (CHUNK % 24);
      for (let at = 0; at < byteLength; at += step) {
        work.check();
        const length = Math.min(step, byteLength - at);
        const a = first.subarray(0, length);
        const b = other.subarray(0, length);
        read(reference, at, a);
        replicas.forEach((replica, index) => {
          read(replica, at, b);
          const so = found[index];
          if (!so || a.equals(b)) return;
          const here = differingElements(a, b, bits);
          if (so.count === 0) so.element = (at * 8) / bits + here.element;
          so.count += here.count;
          so.maxAbs = Math.max(so.maxAbs, largestDifference(dtype, a, b) ?? 0);
        });
      }
      found.forEach((so, index) => {
        if (so.count > 0) differences.push({ group, copy: index + 1, ...so });
      });
    });
  } finally {
    files.close();
  }
  return differences;
}

/** Bitwise: NaN equals itself, -0 does not equal +0. */
function differingElements(a: Uint8Array, b: Uint8Array, bits: number): { element: number; count: number } {
  let element = -1;
  let count = 0;
  let last = -1;
  for (let byte = 0; byte < a.length; byte++) {
    const odd = (a[byte] ?? 0) ^ (b[byte] ?? 0);
    if (odd === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      if ((odd & (1 << bit)) === 0) continue;
      const at = Math.floor((byte * 8 + bit) / bits);
      if (at === last) continue;
      if (element < 0) element = at;
      last = at;
      count++;
    }
  }
  return { element, count };
}

/** Fills `target` from byte `at` of data that lies in several runs of a file. */
function readExtents(fd: number, extents: readonly Extent[], at: number, target: Buffer): void {
  let skipped = at;
  let done = 0;
  for (const { offset, length } of extents) {
    if (skipped >= length) {
      skipped -= length;
      continue;
    }
    const part = target.subarray(done, Math.min(target.length, done + length - skipped));
    readInto(fd, part, offset + skipped);
    done += part.length;
    skipped = 0;
    if (done === target.length) return;
  }
}
