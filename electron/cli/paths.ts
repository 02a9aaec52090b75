import { resolve } from 'node:path';

/** An optional path, as the engine wants it. */
export function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
