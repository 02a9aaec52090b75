/** One step of a path, with the path that leads to it. */
export interface Crumb {
  readonly name: string;
  readonly path: string;
}

/** The steps from the root that holds `path` down to it; Windows paths keep their separators. */
export function crumbs(path: string, roots: readonly string[]): Crumb[] {
  const separator = /^[A-Za-z]:\\|^\\\\/.test(path) ? '\\' : '/';
  const root = roots.filter((one) => isInside(path, one, separator)).sort((a, b) => b.length - a.length)[0];
  const start = root ?? (separator === '/' ? '/' : path.slice(0, 3));
  const steps: Crumb[] = [{ name: start, path: start }];
  let here = start;
  for (const name of path.slice(start.length).split(separator)) {
    if (name === '') continue;
    here = here.endsWith(separator) ? here + name : here + separator + name;
    steps.push({ name, path: here });
  }
  return steps;
}

function isInside(path: string, root: string, separator: string): boolean {
  return path === root || path.startsWith(root.endsWith(separator) ? root : root + separator);
}

/** A name put into a folder, with the folder's own separator. */
export function joined(folder: string, name: string): string {
  const separator = /^[A-Za-z]:\\|^\\\\/.test(folder) ? '\\' : '/';
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}
