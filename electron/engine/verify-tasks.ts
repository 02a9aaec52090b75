import { crc32 } from 'node:zlib';
import type { StoredTensor } from '../../shared/checkpoint.ts';
import { crc32Ahead, crc32OfZeros } from '../../shared/crc32.ts';
import { bitsOf, type Dtype } from '../../shared/dtype.ts';
import type { Extent } from '../../shared/plan/piece.ts';
import { compareCodePoints } from '../../shared/plan/redundancy.ts';
import { parseHeader, readHeaderLength } from '../../shared/safetensors/header.ts';
import { CRC_TRAILER_BYTES } from '../../shared/stored-crc.ts';
import { Control } from './control.ts';
import { readAt, readInto } from './open/read-bytes.ts';
import { OpenFiles, type SourceName } from './open-files.ts';

/** Computes the checksum that a weight file says about itself. */
export interface CheckCrcTask {
  readonly type: 'check-crc';
  readonly source: SourceName & { readonly size: number };
  readonly format: 'safetensors' | 'ckpt';
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

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
  /** Largest absolute difference of two finite numbers, where there is one. */
  readonly maxAbs?: number;
}

export type VerifyTask = CheckCrcTask | CompareReplicasTask;

export interface VerifyResults {
  'check-crc': number;
  'compare-replicas': readonly Difference[];
}

export const verifyHandlers = {
  'check-crc': checkCrc,
  'compare-replicas': compareReplicas,
};

/** Large enough that a network drive streams, small enough to cancel within a moment. */
const CHUNK = 4 * 1024 * 1024;

/**
 * CRC-32 as MindSpore makes it: of everything before the trailer in a `.ckpt`; in safetensors over each
 * tensor's name and data, in code point order of names (docs/formats.md, checksums).
 */
function checkCrc({ source, format, control }: CheckCrcTask): number {
  const files = new OpenFiles();
  const work = new Control(control);
  const buffer = new Uint8Array(CHUNK);
  let counted = 0;
  try {
    const fd = files.source(source);
    const add = (sum: number, offset: number, length: number): number => {
      let crc = sum;
      for (let done = 0; done < length; ) {
        work.check();
        const chunk = buffer.subarray(0, Math.min(CHUNK, length - done));
        const count = readInto(fd, chunk, offset + done);
        if (count === 0) break;
        crc = crc32(chunk.subarray(0, count), crc);
        done += count;
        work.add(count);
        counted += count;
      }
      return crc;
    };
    if (format === 'ckpt') return add(0, 0, source.size - CRC_TRAILER_BYTES);
    let crc = 0;
    for (const tensor of headerOf(fd, source.size)) {
      crc = crc32(tensor.name, crc);
      const zeros = zerosFor(fd, tensor);
      if (zeros === undefined) crc = add(crc, tensor.offset, tensor.byteLength);
      else crc = (crc32Ahead(crc, zeros) ^ crc32OfZeros(zeros)) >>> 0;
    }
    return crc;
  } finally {
    // Header and trailer: progress counts whole files.
    work.add(source.size - counted);
    files.close();
  }
}

/**
 * MindSpore takes `bytes(array)` for a tensor's data. For a whole number without dimensions Python understands
 * it as a count: as many zeros as the number says. Undefined for all others, and for negative ones, which MindSpore
 * fails to save with a CRC.
 */
function zerosFor(fd: number, { dtype, shape, offset, byteLength }: StoredTensor): number | undefined {
  if (shape.length > 0 || !/^[IU]\d/.test(dtype)) return undefined;
  const digits = readAt(fd, offset, byteLength).toReversed();
  const value = BigInt(`0x${Buffer.from(digits).toString('hex')}`);
  const count = Number(dtype.startsWith('I') ? BigInt.asIntN(byteLength * 8, value) : value);
  return count >= 0 && count <= Number.MAX_SAFE_INTEGER ? count : undefined;
}

function headerOf(fd: number, size: number): readonly StoredTensor[] {
  const length = readHeaderLength(readAt(fd, 0, 8), size);
  const { tensors } = parseHeader(readAt(fd, 8, length), size);
  return tensors.toSorted((a, b) => compareCodePoints(a.name, b.name));
}

function compareReplicas({ groups, sources, control }: CompareReplicasTask): Difference[] {
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
      const found = replicas.map(() => ({ element: -1, count: 0 }));
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
        });
      }
      found.forEach(({ element, count }, index) => {
        if (count > 0) differences.push({ group, copy: index + 1, element, count });
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
