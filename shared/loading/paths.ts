/** Paths of the host as text: with slashes, or with backslashes on Windows. */

export function folderOf(path: string): string {
  const cut = lastSeparator(path);
  return cut > 0 ? path.slice(0, cut) : path.slice(0, cut + 1) || '.';
}

export function lastName(path: string): string {
  return path.slice(lastSeparator(path) + 1);
}

/** Folders of a MindSpore Transformers run, stepped over so that results do not lie among its logs. */
const RUN_FOLDERS = new Set(['checkpoint', 'checkpoint_network', 'output']);

/** A path beside a checkpoint's own: `merged_step20` beside `output`. */
export function beside(path: string, name: string): string {
  let folder = path;
  while (RUN_FOLDERS.has(lastName(folder))) folder = folderOf(folder);
  return joined(folder === path ? folderOf(path) : folder, name);
}

export function joined(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

function lastSeparator(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}
