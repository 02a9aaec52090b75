import type { WeightHeader } from '../checkpoint.ts';
import { CRC_KEY } from '../stored-crc.ts';

/** Metadata of safetensors that is about the file and no text of the checkpoint. */
export const OWN_METADATA: ReadonlySet<string> = new Set(['format', 'remove_redundancy', CRC_KEY]);

/** Metadata under a tensor's name: it holds packed 4-bit numbers. */
const INT4 = 'Int4';

/** Texts of the checkpoint: what a `.ckpt` holds as `str` parameters. */
export function textsOf({ tensors, metadata }: WeightHeader): Map<string, string> {
  const taken = new Set(tensors.map(({ name }) => name));
  return new Map([...metadata].filter(([name]) => !OWN_METADATA.has(name) && !taken.has(name)));
}

export function marksOf({ tensors, metadata }: WeightHeader): Map<string, string> {
  const marked = tensors.filter(({ name, dtype }) => dtype === 'I8' && metadata.get(name) === INT4);
  return new Map(marked.map(({ name }) => [name, INT4]));
}
