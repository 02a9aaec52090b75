import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { openCheckpoint } from './open.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const INDEX = 'model.safetensors.index.json';
const { pool, folder: scratch } = poolAndFolder();

let folder = '';
let count = 0;
beforeEach(() => {
  folder = join(scratch, `hf${count++}`);
  cpSync(join(FIXTURES, 'hf_llama'), folder, { recursive: true });
});

interface Index {
  metadata?: Record<string, unknown>;
  weight_map: Record<string, string>;
}
function editIndex(edit: (index: Index) => void): void {
  const index = JSON.parse(readFileSync(join(folder, INDEX), 'utf8')) as Index;
  edit(index);
  writeFileSync(join(folder, INDEX), JSON.stringify(index));
}
const open = (path = folder, roots: readonly string[] = []) => openCheckpoint({ path }, { pool, roots });
const problems = async () => (await open()).summary.problems;
const faultOf = async (path = folder) => open(path).then(() => undefined, asFault);
const SHARD2 = 'model-00002-of-00003.safetensors';

test('a missing shard is told with what it should hold; the others open', async () => {
  rmSync(join(folder, SHARD2));
  const { summary, damaged } = await open();
  expect(summary.fileCount).toBe(2);
  expect(summary.problems).toMatchObject([
    { code: 'IX_MISSING_SHARD', severity: 'error', file: join(folder, SHARD2) },
  ]);
  expect(summary.problems[0]?.message).toMatch(
    /^model-00002-of-00003\.safetensors is not there, but the index puts \d+ tensors in it\.$/,
  );
  expect(damaged).toMatchObject([{ code: 'IX_MISSING_SHARD' }]);
});

test('without an index the numbers in the names tell what is missing', async () => {
  rmSync(join(folder, INDEX));
  expect(await problems()).toEqual([]);
  rmSync(join(folder, SHARD2));
  expect(await problems()).toMatchObject([{ code: 'IX_MISSING_SHARD', file: join(folder, SHARD2) }]);
});

test('tensors in the index and not in the file, and the other way round', async () => {
  editIndex(({ weight_map }) => {
    weight_map['model.ghost.weight'] = SHARD2;
    delete weight_map['lm_head.weight'];
  });
  const found = await problems();
  expect(found.map(({ code, severity, tensor }) => [code, severity, tensor])).toEqual([
    ['IX_MISMATCH', 'error', 'model.ghost.weight'],
    ['TENSOR_NOT_IN_INDEX', 'warning', 'lm_head.weight'],
  ]);
});

test('a tensor that the index puts in another file', async () => {
  editIndex(({ weight_map }) => {
    weight_map['lm_head.weight'] =
      weight_map['lm_head.weight'] === SHARD2 ? 'model-00001-of-00003.safetensors' : SHARD2;
  });
  expect((await problems()).map(({ code, tensor }) => [code, tensor])).toEqual([
    ['IX_MISMATCH', 'lm_head.weight'],
    ['IX_MISMATCH', 'lm_head.weight'],
  ]);
});

test('a wrong total_size is a warning', async () => {
  editIndex((index) => {
    index.metadata = { total_size: 1 };
  });
  expect(await problems()).toMatchObject([{ code: 'INDEX_SIZE_WRONG', severity: 'warning' }]);
});

test('an index that leads out of the folder is refused, and nothing there is opened', async () => {
  editIndex(({ weight_map }) => {
    weight_map['lm_head.weight'] = '../../etc/passwd';
  });
  expect(await faultOf()).toMatchObject({ code: 'IX_PATH', file: join(folder, INDEX) });
});

test('an index that is no JSON is refused by name', async () => {
  writeFileSync(join(folder, INDEX), '{"weight_map": {');
  expect(await faultOf()).toMatchObject({ code: 'IX_PARSE', file: join(folder, INDEX) });
});

test('a shard that is a link out of the folder is read, and told; not where only the folder may be read', async () => {
  const elsewhere = join(scratch, `blob${count}`);
  renameSync(join(folder, SHARD2), elsewhere);
  symlinkSync(elsewhere, join(folder, SHARD2));
  const { summary } = await open();
  expect(summary.tensorCount).toBe(30);
  expect(summary.problems).toMatchObject([
    { code: 'OTHER_FILES', severity: 'info', file: join(folder, SHARD2) },
  ]);
  expect(summary.problems[0]?.message).toContain(elsewhere);
  const limited = await open(folder, [folder]);
  expect(limited.damaged).toMatchObject([
    { code: 'API_FORBIDDEN', file: join(folder, SHARD2), found: elsewhere },
  ]);
  // Not even how large it is.
  expect(limited.summary.files.filter(({ path }) => path === join(folder, SHARD2))).toEqual([]);
});

test('a shard cut short still lists its tensors, and no job may use it', async () => {
  truncateSync(join(folder, SHARD2), 20_000);
  const { summary, damaged } = await open();
  expect(summary.tensorCount).toBe(30);
  expect(summary.problems).toMatchObject([{ code: 'ST_TRUNCATED', severity: 'error' }]);
  expect(damaged).toMatchObject([{ code: 'ST_TRUNCATED', found: '20000 bytes' }]);
});

test('weights that belong to nothing are told', async () => {
  cpSync(join(folder, SHARD2), join(folder, 'adapter_model.safetensors'));
  expect(await problems()).toMatchObject([
    { code: 'OTHER_FILES', severity: 'info', file: join(folder, 'adapter_model.safetensors') },
  ]);
});

test("MindSpore's own merge, and an older map without metadata", async () => {
  const merged = join(scratch, 'merged');
  cpSync(join(FIXTURES, 'dp2_mp4/mindspore_merged'), merged, { recursive: true });
  expect((await open(merged)).summary).toMatchObject({
    kind: 'complete-mindspore',
    tensorCount: 122,
    hyperCount: 5,
  });
  const map = JSON.parse(readFileSync(join(merged, 'param_name_map.json'), 'utf8')) as Index;
  writeFileSync(join(merged, 'param_name_map.json'), JSON.stringify(map.weight_map));
  expect((await open(merged)).summary).toMatchObject({ tensorCount: 122, problems: [] });
  rmSync(join(merged, 'param_name_map.json'));
  expect((await open(merged)).summary).toMatchObject({
    kind: 'complete-mindspore',
    tensorCount: 122,
    hyperCount: 5,
  });
});

test('one whole file with its config', async () => {
  const whole = join(scratch, 'whole');
  mkdirSync(whole);
  cpSync(join(folder, SHARD2), join(whole, 'model.safetensors'));
  cpSync(join(folder, 'config.json'), join(whole, 'config.json'));
  expect((await open(whole)).summary).toMatchObject({
    kind: 'complete-huggingface',
    fileCount: 1,
    problems: [],
  });
});
