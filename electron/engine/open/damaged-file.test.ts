import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { openCheckpoint } from './open.ts';

const MALFORMED = join(import.meta.dirname, '../../../test/malformed');
const { pool, folder } = poolAndFolder();

const fileOf = (name: string) => join(MALFORMED, `${name}.safetensors`);
const look = (path: string) => openCheckpoint({ path, damaged: true }, { pool });
const faultOf = (opening: Promise<unknown>) => opening.then(() => undefined, asFault);

test('a file cut short is refused by itself, and opened with its fault to be looked at', async () => {
  const path = fileOf('cut_second_tensor');
  const refused = await faultOf(openCheckpoint({ path }, { pool }));
  expect(refused).toMatchObject({ code: 'ST_TRUNCATED', tensor: 'b' });
  const { summary, damaged } = await look(path);
  expect(damaged).toEqual([refused]);
  expect(summary).toMatchObject({
    kind: 'file',
    tensorCount: 2,
    // What is whole of it is all that can be done with it.
    actions: ['salvage'],
    files: [{ path, kind: 'weights', size: 2173, tensorCount: 2 }],
    problems: [{ code: 'ST_TRUNCATED', severity: 'error', file: path }],
  });
});

test.each([
  ['cut_all_data', 'ST_TRUNCATED', 1],
  ['json_array_root', 'ST_STRUCTURE', 0],
  ['other_git_lfs_pointer', 'ST_NOT_SAFETENSORS', 0],
])('%s: there is a file to look at, and nothing to do with it', async (name, code, tensors) => {
  const path = fileOf(name);
  const { summary } = await look(path);
  expect(summary).toMatchObject({ tensorCount: tensors, actions: [], problems: [{ code, file: path }] });
  expect(summary.files).toMatchObject([{ path, kind: 'weights' }]);
});

test('a file that is whole opens as ever; one that is not there is refused', async () => {
  const whole = join(folder, 'whole.safetensors');
  copyFileSync(fileOf('ok_lib_written'), whole);
  const [plain, looked] = [await openCheckpoint({ path: whole }, { pool }), await look(whole)];
  expect(looked.summary).toEqual(plain.summary);
  expect(looked.damaged).toEqual([]);
  expect(await faultOf(look(join(folder, 'none.safetensors')))).toMatchObject({ code: 'IO_NOT_FOUND' });
});
