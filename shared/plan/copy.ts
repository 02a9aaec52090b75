import type { StoredTensor } from '../checkpoint.ts';
import type { WeightFile } from '../model.ts';
import { replaceMetadata } from '../safetensors/serialize.ts';
import type { StoredCrc } from '../stored-crc.ts';
import type { Plan } from './plan.ts';
import { wholePiece } from './whole-piece.ts';

interface Copied {
  /** Of the file's: all that lie before some byte of its data. */
  readonly tensors: readonly StoredTensor[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** The file's own CRC-32, to be checked on the way. */
  readonly crc?: StoredCrc;
}

/** The plan that writes tensors of one safetensors file once more, in their order and at their places behind the header. */
export function planCopy(
  job: Plan['job'],
  { header, path: source, size, identity }: WeightFile,
  path: string,
  { tensors, metadata, warnings, crc }: Copied,
): Plan {
  const { headerLength } = header;
  const bytes = replaceMetadata({ tensors, headerLength }, metadata);
  const shift = bytes.length - headerLength;
  const end = tensors.reduce(
    (last, { offset, byteLength }) => Math.max(last, offset + byteLength),
    headerLength,
  );
  return {
    job,
    sources: [{ path: source, size, identity, ...(crc && { crc }) }],
    outputs: [{ path, literals: [{ offset: 0, bytes }], size: end + shift, tensorCount: tensors.length }],
    texts: [],
    moves: tensors.map((tensor) => ({
      from: [wholePiece(tensor, { file: 0 })],
      to: [wholePiece({ ...tensor, offset: tensor.offset + shift }, { file: 0 })],
    })),
    warnings,
  };
}
