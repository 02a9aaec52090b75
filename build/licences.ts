import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './bundles.ts';

/** `node_modules/@scope/name/...` → `@scope/name`, nested copies included; undefined for our own sources. */
function packageOf(file: string): string | undefined {
  const match = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll('\\', '/'));
  return match?.[1];
}

/**
 * Writes the licence texts of the packages whose code is in the bundles, as their licences ask. `files` are the
 * bundles' source files, relative to the root or absolute.
 */
export async function writeLicences(files: Iterable<string>, out: string): Promise<void> {
  const packages = new Set<string>();
  for (const file of files) {
    const name = packageOf(file);
    if (name !== undefined) packages.add(name);
  }
  const sections = await Promise.all([...packages].sort().map(section));
  await writeFile(out, `Shardscope contains code of these packages.\n\n${sections.join('\n')}`);
}

async function section(name: string): Promise<string> {
  const folder = join(ROOT, 'node_modules', name);
  const about: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { version, license } = about as { version?: string; license?: string };
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.|-|$)/i.test(entry));
  const text = file === undefined ? '' : `\n${await readFile(join(folder, file), 'utf8')}`;
  return `${'-'.repeat(80)}\n${name} ${version ?? ''} (${license ?? 'see its page'})\n${text}`;
}
