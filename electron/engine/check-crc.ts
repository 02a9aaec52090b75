import { crc32 } from 'node:zlib';
import type { StoredTensor } from '../../shared/checkpoint.ts';
import { crc32Ahead, crc32OfZeros } from '../../shared/crc32.ts';
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

/** Large enough that a network drive streams, small enough to cancel within a moment. */
export const CHUNK = 4 * 1024 * 1024;

/**
 * CRC-32 as MindSpore makes it: of everything before the trailer in a `.ckpt`; in safetensors over each
 * tensor's name and data, in code point order of names (docs/formats.md, checksums).
 */
export function checkCrc({ source, format, control }: CheckCrcTask): number {
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
