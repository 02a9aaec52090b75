import { refuse } from '../errors.ts';
import { ADVICE, bytesOf } from './faults.ts';
import { MAX_HEADER_LENGTH, PREFIX_LENGTH } from './limits.ts';

/**
 * Reads N, the header's length in bytes, from the first 8 bytes (u64, little-endian). `fileSize` in bytes.
 * Refuses in the order of tensor.rs: ST_TOO_SHORT, ST_HEADER_TOO_LARGE, ST_HEADER_LENGTH.
 */
export function readHeaderLength(first8: Uint8Array, fileSize: number): number {
  if (fileSize < PREFIX_LENGTH || first8.length < PREFIX_LENGTH)
    refuse(
      'ST_TOO_SHORT',
      `the file is ${bytesOf(fileSize)}, a safetensors file has at least 8`,
      fileSize === 0 ? 'The file is empty: copy or download it again.' : ADVICE.damaged,
      { expected: 'at least 8 bytes', found: bytesOf(fileSize) },
    );
  const length = new DataView(first8.buffer, first8.byteOffset, PREFIX_LENGTH).getBigUint64(0, true);
  if (length > MAX_HEADER_LENGTH)
    refuse(
      'ST_HEADER_TOO_LARGE',
      `the header would be ${length} bytes long, the format allows ${MAX_HEADER_LENGTH}`,
      'The file is damaged or no safetensors file: copy or download it again.',
      { expected: `at most ${MAX_HEADER_LENGTH}`, found: String(length) },
    );
  const needed = PREFIX_LENGTH + Number(length);
  if (needed > fileSize)
    refuse(
      'ST_HEADER_LENGTH',
      `the file is ${bytesOf(fileSize)}, its header alone needs ${needed}: ${bytesOf(needed - fileSize)} missing`,
      ADVICE.damaged,
      { expected: `at least ${needed} bytes`, found: bytesOf(fileSize) },
    );
  return Number(length);
}
