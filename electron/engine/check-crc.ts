import { crc32 } from 'node:zlib';
import type { StoredTensor } from '../../shared/checkpoint.ts';
import { crc32Ahead, crc32OfZeros } from '../../shared/crc32.ts';
import { parseHeader, readHeaderLength } from '../../shared/safetensors/header.ts';
import { CRC_TRAILER_BYTES } from '../../shared/stored-crc.ts';
import { compareCodePoints } from '../../shared/text/code-point-order.ts';
import { Control } from './control.ts';
import { FileSum } from './file-sum.ts';
import { readAt } from './open/read-bytes.ts';
import { OpenFiles, type SourceName } from './open-files.ts';

/** Computes the checksum that a weight file says about itself. */
export interface CheckCrcTask {
  readonly type: 'check-crc';
  readonly source: SourceName & { readonly size: number };
  readonly format: 'safetensors' | 'ckpt';
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

/**
 * CRC-32 as MindSpore makes it: of everything before the trailer in a `.ckpt`; in safetensors over each
 * tensor's name and data, in code point order of names (docs/formats.md, checksums).
 */
export function checkCrc({ source, format, control }: CheckCrcTask): number {
  const files = new OpenFiles();
  const work = new Control(control);
  let sum: FileSum | undefined;
  try {
    const fd = files.source(source);
    sum = new FileSum(fd, work);
    if (format === 'ckpt') return sum.add(0, { offset: 0, length: source.size - CRC_TRAILER_BYTES });
    let crc = 0;
    for (const tensor of headerOf(fd, source.size)) {
      crc = crc32(tensor.name, crc);
      const zeros = zerosFor(fd, tensor);
      if (zeros === undefined) crc = sum.add(crc, { offset: tensor.offset, length: tensor.byteLength });
      else crc = (crc32Ahead(crc, zeros) ^ crc32OfZeros(zeros)) >>> 0;
    }
    return crc;
  } finally {
    // Header and trailer: progress counts whole files.
    work.add(source.size - (sum?.bytes ?? 0));
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
