import { refuse } from '../errors.ts';
import type { WeightFile } from '../model.ts';
import { CRC_KEY, storedCrc } from '../stored-crc.ts';
import { escapeText } from '../text/escape.ts';
import { planCopy } from './copy.ts';
import type { Plan } from './plan.ts';

export interface MetadataChange {
  readonly set: readonly (readonly [key: string, value: string])[];
  readonly remove: readonly string[];
}

type Metadata = ReadonlyMap<string, string>;

/**
 * The plan that writes a safetensors file once more with other metadata: the same tensors in the same order, their
 * bytes at the same places behind the header. A CRC-32 in the metadata is of names and values and stays true.
 *
 * @throws USAGE for a change of nothing, one that contradicts itself, or one to the CRC-32
 */
export function planMetadata(file: WeightFile, path: string, change: MetadataChange): Plan {
  checkChange(change);
  const { header } = file;
  const metadata = changedMetadata(header.metadata, change);
  // A wrong CRC-32 stops the copy only where it would be copied: to remove it is the way out.
  const crc = metadata.has(CRC_KEY) ? storedCrc(header) : undefined;
  return planCopy('metadata', file, path, {
    tensors: header.tensors,
    metadata,
    warnings: warningsOf(header.metadata, metadata, change),
    ...(crc && { crc }),
  });
}

/** Metadata with a change made: new keys come behind those that are there. */
function changedMetadata(metadata: Metadata, { set, remove }: MetadataChange): Metadata {
  const changed = new Map([...metadata, ...set]);
  for (const key of remove) changed.delete(key);
  return changed;
}

function checkChange({ set, remove }: MetadataChange): void {
  if (set.length + remove.length === 0)
    refuse('USAGE', 'no metadata would change', 'Name a key to set or to remove.');
  if (set.some(([key]) => key === CRC_KEY))
    refuse(
      'USAGE',
      `${CRC_KEY} is the CRC-32 of the tensors and cannot be set`,
      `It stays as it is, or can be removed.`,
    );
  const keys = [...set.map(([key]) => key), ...remove];
  const seen = new Set<string>();
  const twice = keys.find((key) => seen.size === seen.add(key).size);
  if (twice !== undefined)
    refuse('USAGE', `'${escapeText(twice)}' is to be changed twice`, 'Set or remove each key once.');
}

/** What a reader of the file will do otherwise. */
function warningsOf(before: Metadata, after: Metadata, { remove }: MetadataChange): string[] {
  const changed = (key: string) => before.get(key) !== after.get(key);
  const unmarked = remove.filter((key) => before.get(key) === 'Int4');
  return [
    ...remove
      .filter((key) => !before.has(key))
      .map((key) => `There is no '${escapeText(key)}' in the metadata to remove.`),
    ...(before.has('format') && !after.has('format')
      ? ["Hugging Face's Transformers refuses weights whose metadata say no 'format'."]
      : []),
    ...(changed('remove_redundancy')
      ? ["'remove_redundancy' says whether each rank has all of its slices: loading relies on it."]
      : []),
    ...unmarked.map(
      (key) => `Without its mark, the packed 4-bit numbers of '${escapeText(key)}' are taken for Int8.`,
    ),
  ];
}
