import type { Model } from '../model.ts';

/** Metadata that says something about rank files only. */
const RANK_METADATA = new Set(['remove_redundancy', 'crc_num']);

/**
 * The first file's metadata, and from every file the keys that are a tensor's name: with pipeline stages each
 * stage marks its own `Int4` tensors.
 */
export function carriedMetadata(model: Model): Map<string, string> {
  const carried = new Map<string, string>();
  const headers = new Set(model.files.map((file) => file.header));
  for (const header of headers) {
    for (const [key, value] of header.metadata) {
      const general = header === model.files[0]?.header && !RANK_METADATA.has(key);
      if (general || model.byName.has(key)) carried.set(key, value);
    }
  }
  return carried;
}

/** What of the metadata a file has with these tensors: a tensor's own name as a key goes with the tensor. */
export function metadataFor(
  { byName }: Model,
  metadata: ReadonlyMap<string, string>,
  tensors: readonly { readonly name: string }[],
): ReadonlyMap<string, string> {
  const here = new Set(tensors.map(({ name }) => name));
  return new Map([...metadata].filter(([key]) => !byName.has(key) || here.has(key)));
}
