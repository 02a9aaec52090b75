import type { StoredTensor, WeightHeader } from '../checkpoint.ts';
import { refuse } from '../errors.ts';
import { EntryReader, type HeaderEntry } from './entries.ts';
import { ADVICE, bytesOf, quoted, withHeaderFaults } from './faults.ts';
import { PREFIX_LENGTH } from './limits.ts';
import { checkTiling, inDataOrder } from './tiling.ts';

export { readHeaderLength } from './length.ts';

/**
 * Parses a safetensors header: `json` is the N bytes after the length field, `fileSize` the whole file's bytes.
 * Applies every rule of safetensors 0.8.0's tensor.rs in its order, and refuses with an ST_* fault that names
 * the tensor and the numbers. Stricter than the library in one thing its README asks for: a tensor name may
 * occur once; and it reads an entry only as an object and a dtype only as a string, as every writer makes them.
 * Tensors come in header order with absolute offsets. With `salvage`, a file that is too short or too long is
 * no fault but a note, so that what is left of it can be listed; `tensorsBeyond` tells which tensors are cut.
 */
export function parseHeader(
  json: Uint8Array,
  fileSize: number,
  options: { readonly salvage?: boolean } = {},
): WeightHeader {
  const { entries, metadata, notes } = withHeaderFaults(() => new EntryReader(json));
  const headerLength = PREFIX_LENGTH + json.length;
  const ordered = inDataOrder(entries);
  const dataLength = checkTiling(ordered);
  const needed = headerLength + dataLength;
  if (needed !== fileSize) {
    if (options.salvage !== true) refuseSize(ordered, headerLength, needed, fileSize);
    notes.push(sizeSentence(needed, fileSize));
  }
  const tensors = entries.map(
    ({ name, dtype, shape, begin, end }): StoredTensor => ({
      name,
      dtype,
      shape,
      offset: headerLength + begin,
      byteLength: end - begin,
    }),
  );
  return { format: 'safetensors', tensors, metadata, headerLength, notes };
}

/** Tensors of a salvaged header whose data a file of `fileSize` bytes does not hold to the end. */
export function tensorsBeyond(header: WeightHeader, fileSize: number): StoredTensor[] {
  return header.tensors.filter(({ offset, byteLength }) => offset + byteLength > fileSize);
}

function sizeSentence(needed: number, fileSize: number): string {
  const difference = bytesOf(Math.abs(needed - fileSize));
  return needed > fileSize
    ? `the file is ${bytesOf(fileSize)}, its header needs ${needed}: ${difference} missing`
    : `the file is ${bytesOf(fileSize)}, its header needs ${needed}: ${difference} too many`;
}

/** Rule 12. A file cut short names the first tensor that is not whole. */
function refuseSize(
  ordered: readonly HeaderEntry[],
  headerLength: number,
  needed: number,
  fileSize: number,
): never {
  const numbers = { expected: bytesOf(needed), found: bytesOf(fileSize) };
  const sentence = sizeSentence(needed, fileSize);
  if (needed < fileSize)
    return refuse(
      'ST_TRAILING',
      sentence,
      'Something was added to the file: copy or download it again.',
      numbers,
    );
  const isCut = ({ end }: HeaderEntry) => headerLength + end > fileSize;
  const first = ordered.find(isCut);
  return refuse(
    'ST_TRUNCATED',
    first === undefined ? sentence : `${sentence}; the first tensor cut short is ${quoted(first.name)}`,
    ordered.every(isCut) ? ADVICE.damaged : ADVICE.cut,
    { ...numbers, tensor: first?.name },
  );
}
