import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { ShardscopeError } from '../../../shared/errors.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { openCheckpoint } from './open.ts';

export const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');

/** The same small model in every family: 39 weights, two moments each, 5 hyper parameters. */
export const WHOLE = { tensorCount: 122, parameterCount: 9360, byteCount: 93_908, hyperCount: 5 };
export const RANKS = [0, 1, 2, 3, 4, 5, 6, 7];

interface More {
  readonly strategy?: string;
  readonly fileSuffix?: string;
}

/** For tests: fixtures, and changed copies of them in `scratch`, are opened. */
export function sampleOpen() {
  const { pool, folder: scratch } = poolAndFolder();
  const open = (path: string, more: More = {}) => openCheckpoint({ path, ...more }, { pool });
  return {
    scratch,
    open,
    summaryOf: async (fixture: string, more?: More) => (await open(join(FIXTURES, fixture), more)).summary,
    faultOf: async (path: string, more?: More) => {
      const error: unknown = await open(path, more).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error instanceof ShardscopeError) return error.fault;
      throw new Error(`no fault: ${String(error)}`);
    },
    copyOf(fixture: string, name: string): string {
      const to = join(scratch, name);
      cpSync(join(FIXTURES, fixture), to, { recursive: true });
      return to;
    },
  };
}
