import type { Model, ModelTensor } from '../model.ts';

const known = new WeakMap<Model, readonly string[]>();

/**
 * Names to show for the model's files, in their order: the path below the deepest folder that holds them all
 * (`rank_0/net.safetensors`; the file's own name where all lie in one folder).
 */
export function fileNames(model: Model): readonly string[] {
  let names = known.get(model);
  if (!names) {
    names = relativeNames(model.files.map((file) => file.path));
    known.set(model, names);
  }
  return names;
}

/** A backslash separates folders only in paths without a slash (Windows): on Linux it is part of a name. */
function relativeNames(paths: readonly string[]): string[] {
  const separator = paths.some((path) => path.includes('/')) ? '/' : '\\';
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf(separator) + 1);
  let common = folderOf(paths[0] ?? '');
  for (const path of paths) while (!path.startsWith(common)) common = folderOf(common.slice(0, -1));
  return paths.map((path) => path.slice(common.length));
}

/** Name of the first file that holds a tensor. */
export function fileOf(model: Model, tensor: ModelTensor): string {
  return fileNames(model)[tensor.holders[0]?.file ?? -1] ?? '';
}

/** Ranks that hold a tensor; 0 in complete files. */
export function rankCount(model: Model, tensor: ModelTensor): number {
  const ranks = new Set<number>();
  for (const { file } of tensor.holders) {
    const rank = model.files[file]?.rank;
    if (rank !== undefined) ranks.add(rank);
  }
  return ranks.size;
}

/**
 * Whether each holder of a tensor without a layout has all of it: in complete files, and for hyper parameters.
 * Of other tensors in rank files only a strategy says which part they are.
 */
export function isWholeByNature(model: Model, tensor: ModelTensor): boolean {
  return tensor.role === 'hyper' || tensor.holders.every(({ file }) => model.files[file]?.rank === undefined);
}
