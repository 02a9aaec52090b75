import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { jobOptions } from '../../../shared/job-options.ts';
import { openToConvert } from '../open/open-to-convert.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { prepareConvert } from './convert.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { pool, folder: scratch } = poolAndFolder();

test('a name map that is a link is read; not where it leads out of what may be read', async () => {
  const folder = join(scratch, 'model');
  mkdirSync(folder);
  const path = join(folder, 'model.safetensors');
  cpSync(join(FIXTURES, 'hf_llama', 'model-00003-of-00003.safetensors'), path);
  const elsewhere = join(scratch, 'names.json');
  writeFileSync(elsewhere, '{"lm_head.weight": "head"}');
  const nameMap = join(folder, 'names.json');
  symlinkSync(elsewhere, nameMap);

  const names = async (roots: readonly string[]) => {
    const options = jobOptions.parse({ job: 'convert', path, to: 'ckpt', nameMap, out: scratch });
    if (options.job !== 'convert') throw new Error('another job');
    const open = await openToConvert(options, { pool, roots });
    const { plan } = await prepareConvert(open, options);
    return plan.moves.flatMap(({ to }) => to.map(({ tensor }) => tensor));
  };
  expect(await names([scratch])).toContain('head');
  expect(await names([folder]).then(() => undefined, asFault)).toMatchObject({
    ...{ code: 'API_FORBIDDEN', file: nameMap, found: elsewhere },
  });
});
