import type { Address } from '../address.ts';
import { shortPaths } from '../frame/short-paths.ts';
import { t } from '../language/t.ts';

/**
 * Short names that tell tabs apart: with the folder above where folders are called alike; with the save, the rank or
 * the view, or at last a number, where it is one folder several times.
 */
export function tabNames(addresses: readonly Address[]): string[] {
  const paths = [...new Set(addresses.flatMap(({ path }) => path ?? []))];
  const short = new Map(shortPaths(paths).map((name, index) => [paths[index], name]));
  const names = addresses.map(({ path, save, view, rank }, index) => {
    if (path === undefined) return t('New tab');
    const name = short.get(path) ?? path;
    const same = addresses.filter((other, at) => at !== index && other.path === path);
    if (same.length === 0) return name;
    if (save !== undefined && same.every((other) => other.save !== save)) return `${name} · ${save}`;
    return `${name} · ${rank === undefined ? view : t('rank {{rank}}', { rank })}`;
  });
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 || addresses[index]?.path === undefined ? name : `${name} (${before + 1})`;
  });
}
