import type { WeightHeader } from '../checkpoint.ts';
import { refuse, ShardscopeError } from '../errors.ts';
import { identify } from '../sniff.ts';
import { parseHeader } from './header.ts';
import { readHeaderLength } from './length.ts';
import { PREFIX_LENGTH } from './limits.ts';

/** Enough for every signature that `identify` knows (tar's lies at byte 257). */
const SNIFF_LENGTH = 512;

/**
 * Reads and checks the header of a safetensors file of `size` bytes. `read` gives `length` bytes from `offset`.
 * Reads 8 bytes, and the header only when its length is plausible; never tensor data. Where the file is plainly
 * something else (a Git LFS pointer, a web page, a pickle, …) it says so as ST_NOT_SAFETENSORS; other faults
 * are those of `readHeaderLength` and `parseHeader`.
 */
export function readSafetensorsHeader(
  read: (offset: number, length: number) => Uint8Array,
  size: number,
  options: { readonly salvage?: boolean } = {},
): WeightHeader {
  try {
    const length = readHeaderLength(read(0, Math.min(PREFIX_LENGTH, size)), size);
    const json = read(PREFIX_LENGTH, length);
    if (json.length !== length)
      refuse(
        'IO_SOURCE_CHANGED',
        `the file had ${size} bytes and ended at ${PREFIX_LENGTH + json.length} while its header was read`,
        'Open it again when nothing writes to it any more.',
      );
    return parseHeader(json, size, options);
  } catch (error) {
    if (error instanceof ShardscopeError && error.fault.code.startsWith('ST_') && size > PREFIX_LENGTH)
      refuseOther(read(0, Math.min(SNIFF_LENGTH, size)), size);
    throw error;
  }
}

/** Refuses what is another kind of file; a header that begins as one should keeps its own fault. */
function refuseOther(first: Uint8Array, size: number): void {
  if (first[PREFIX_LENGTH] === 0x7b) return;
  const other = identify(first, size);
  if (other !== undefined)
    refuse('ST_NOT_SAFETENSORS', `the file is ${other.what}`, other.advice, {
      expected: 'a safetensors file',
      found: other.what,
    });
}
