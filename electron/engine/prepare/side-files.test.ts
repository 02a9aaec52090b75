import { cpSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { jobOptions } from '../../../shared/job-options.ts';
import { openCheckpoint } from '../open/open.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { prepare } from './prepare.ts';

const { pool, folder } = poolAndFolder();

test('a config.json that is another one than when the weights were opened is not read', async () => {
  const path = join(folder, 'hf_llama');
  cpSync(join(import.meta.dirname, '../../../test/fixtures/hf_llama'), path, { recursive: true });
  const open = await openCheckpoint({ path }, { pool, roots: [path] });
  const options = jobOptions.parse({
    ...{ job: 'merge', path, out: join(folder, 'out'), names: 'huggingface', dtype: 'F16' },
  });
  const prepared = () => prepare(open, options, () => Promise.reject(new Error('no strategy is read')));
  const config = join(path, 'config.json');
  const { plan } = await prepared();
  expect(plan.texts.find((text) => text.path === 'config.json')?.text).toContain('"float16"');

  const secret = join(folder, 'secret.json');
  writeFileSync(secret, '{"torch_dtype": "float32", "secret": 1}');
  renameSync(config, join(path, 'config.old'));
  symlinkSync(secret, config);
  expect(await prepared().catch(asFault)).toMatchObject({ code: 'IO_SOURCE_CHANGED', file: config });
  rmSync(config);
  expect(await prepared().catch(asFault)).toMatchObject({ code: 'IO_NOT_FOUND', file: config });
});
