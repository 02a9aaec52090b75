import { cpSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { openCheckpoint } from '../open/open.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { configBeside } from './model-config.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { pool, folder: scratch } = poolAndFolder();

test('a config.json that is a link is read; not where it leads out of what may be read', async () => {
  const folder = join(scratch, 'model');
  const elsewhere = join(scratch, 'elsewhere.json');
  cpSync(join(FIXTURES, 'hf_llama'), folder, { recursive: true });
  renameSync(join(folder, 'config.json'), elsewhere);
  symlinkSync(elsewhere, join(folder, 'config.json'));

  for (const path of [folder, join(folder, 'model-00001-of-00003.safetensors')]) {
    const read = async (roots: readonly string[]) =>
      configBeside(await openCheckpoint({ path }, { pool, roots }));
    expect(await read([])).toMatchObject({ path: join(folder, 'config.json') });
    expect(await read([scratch])).toMatchObject({ path: join(folder, 'config.json') });
    expect(await read([folder]).then(() => undefined, asFault)).toMatchObject({
      code: 'API_FORBIDDEN',
      file: join(folder, 'config.json'),
      found: elsewhere,
    });
  }
});
