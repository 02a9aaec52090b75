import { cpSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Input } from '../../../shared/api.ts';
import { asFault, type Fault } from '../../../shared/errors.ts';
import { engineAndFolder } from '../sample-engine.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { folder, call } = engineAndFolder();

async function open(path: string): Promise<string> {
  return (await call('checkpoint.open', { path })).id;
}

async function refusal(run: Promise<unknown>): Promise<Fault> {
  return run.then(
    () => expect.fail('was accepted'),
    (error: unknown) => asFault(error),
  );
}

/** A folder of two shards with an index and files beside them. */
function shards(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, tensor] of [
    ['model-00001-of-00002.safetensors', 'a'],
    ['model-00002-of-00002.safetensors', 'b'],
  ] as const) {
    const header = JSON.stringify({
      __metadata__: { format: 'pt', author: '权' },
      [`${tensor}.x`]: { dtype: 'U8', shape: [4], data_offsets: [0, 4] },
      [`${tensor}.y`]: { dtype: 'F32', shape: [2, 2], data_offsets: [4, 20] },
    });
    const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(header), Buffer.alloc(20, 7)]);
    bytes.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
    writeFileSync(join(path, file), bytes);
  }
  const weight_map = {
    'a.x': 'model-00001-of-00002.safetensors',
    'a.y': 'model-00001-of-00002.safetensors',
    'b.x': 'model-00002-of-00002.safetensors',
    'b.y': 'model-00002-of-00002.safetensors',
  };
  writeFileSync(
    join(path, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: { total_size: 40 }, weight_map }, null, 2),
  );
  writeFileSync(join(path, 'README.md'), '# Weights\n');
  writeFileSync(join(path, 'pytorch_model.bin'), '\x80\x02}q\0.', 'latin1');
  writeFileSync(
    join(path, 'adapter.safetensors'),
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n',
  );
  mkdirSync(join(path, '.cache'));
  writeFileSync(join(path, '.cache/x.json'), '{}');
  symlinkSync(path, join(path, 'round'));
  return path;
}

test('every file of the folder, and what it is', async () => {
  const checkpoint = await open(shards('listed'));
  const { files, truncated } = await call('files.list', { checkpoint });
  expect(truncated).toBe(false);
  expect(files.map(({ name, kind, belongs, what }) => [name, kind, belongs, what])).toEqual([
    ['model-00001-of-00002.safetensors', 'weights', true, undefined],
    ['model-00002-of-00002.safetensors', 'weights', true, undefined],
    ['model.safetensors.index.json', 'index', true, undefined],
    ['README.md', 'other', false, 'plain text'],
    ['adapter.safetensors', 'weights', false, 'a Git LFS pointer, not the weights themselves'],
    ['pytorch_model.bin', 'other', false, 'a Python pickle (an old PyTorch file)'],
  ]);
  expect(files[0]).toMatchObject({ tensorCount: 2, size: 20 + (files[0]?.headerLength ?? 0) });
});

test('a training output: other saves too, with their ranks', async () => {
  const path = join(folder, 'run');
  cpSync(join(FIXTURES, 'training_output'), path, { recursive: true });
  const checkpoint = await open(path);
  const { files } = await call('files.list', { checkpoint });
  const weights = files.filter(({ kind }) => kind === 'weights');
  expect(weights.some(({ belongs }) => belongs)).toBe(true);
  expect(weights.some(({ belongs, rank }) => !belongs && rank === 1)).toBe(true);
});

test('a file in detail: metadata, counts, what is wrong', async () => {
  const root = shards('detail');
  const checkpoint = await open(root);
  const path = join(root, 'model-00001-of-00002.safetensors');
  expect(await call('file.detail', { checkpoint, path })).toMatchObject({
    tensorCount: 2,
    dataBytes: 20,
    header: true,
    metadata: [
      { key: 'format', value: 'pt', length: 2 },
      { key: 'author', value: '权', length: 1 },
    ],
    problems: [],
  });
  const pointer = await call('file.detail', { checkpoint, path: join(root, 'adapter.safetensors') });
  expect(pointer).toMatchObject({ header: false, fault: { code: 'ST_NOT_SAFETENSORS' }, faultAt: 0 });
  const readme = await call('file.detail', { checkpoint, path: join(root, 'README.md') });
  expect(readme).toMatchObject({ header: false, what: 'plain text' });
  expect(await refusal(call('file.detail', { checkpoint, path: '/etc/passwd' }))).toMatchObject({
    code: 'API_FORBIDDEN',
  });
});

test('a file cut short: which tensors are whole', async () => {
  const root = shards('cut');
  const path = join(root, 'model-00002-of-00002.safetensors');
  const { length } = readFileSync(path);
  truncateSync(path, length - 5);
  const checkpoint = await open(root);
  expect(await call('file.detail', { checkpoint, path })).toMatchObject({
    severity: 'error',
    fault: { code: 'ST_TRUNCATED', tensor: 'b.y' },
    faultAt: length - 5,
    salvage: { whole: 1, wholeBytes: 4, cut: ['b.y'] },
    problems: [],
  });
});

test.each([
  ['a dtype that is none', '"F32"', '"F99"', 'ST_DTYPE', '"b.y"', 2],
  ['no JSON', '"shape":[2,2]', '"shape":[2 2]', 'ST_JSON', '2],"data', 2],
] as const)(
  '%s: the place is found, and the tree shows what comes before',
  async (name, from, to, code, at, rows) => {
    const root = shards(name);
    const path = join(root, 'model-00002-of-00002.safetensors');
    const bytes = readFileSync(path);
    bytes.write(to, bytes.lastIndexOf(from), 'latin1');
    writeFileSync(path, bytes);
    const checkpoint = await open(root);
    const detail = await call('file.detail', { checkpoint, path });
    expect(detail).toMatchObject({ header: true, fault: { code } });
    expect(detail.faultAt).toBe(bytes.lastIndexOf(at));
    const page = await call('file.header', { checkpoint, path, offset: 0, limit: 10 });
    expect(page.totalRows).toBe(code === 'ST_JSON' ? rows : 3);
    expect(page.fault?.offset).toBe(code === 'ST_JSON' ? detail.faultAt : undefined);
  },
);

test('a fault of a tensor with a name of 100,000 characters has its place, too', async () => {
  const root = shards('long name');
  const path = join(root, 'model-00002-of-00002.safetensors');
  const header = JSON.stringify({
    ['b'.repeat(100_000)]: { dtype: 'F99', shape: [1], data_offsets: [0, 4] },
  });
  const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(header), Buffer.alloc(4)]);
  bytes.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path, bytes);
  const checkpoint = await open(root);
  expect(await call('file.detail', { checkpoint, path })).toMatchObject({
    header: true,
    fault: { code: 'ST_DTYPE' },
    faultAt: 9,
  });
});

test('the header as a tree: rows, what is open, what is found', async () => {
  const root = shards('tree');
  const checkpoint = await open(root);
  const path = join(root, 'model.safetensors.index.json');
  const closed = await call('file.header', { checkpoint, path, offset: 0, limit: 10 });
  expect(closed).toMatchObject({ totalRows: 2, fileOffset: 0 });
  const map = closed.rows[1];
  const inMap = [map?.end ?? 0];
  expect(map).toMatchObject({
    key: 'weight_map',
    type: 'object',
    count: 4,
    level: 1,
    place: 2,
    siblings: 2,
    open: false,
  });
  const opened = await call('file.header', { checkpoint, path, open: inMap, offset: 2, limit: 2 });
  expect(opened.totalRows).toBe(6);
  expect(opened.rows).toMatchObject([
    { key: 'a.x', text: '"model-00001-of-00002.safetensors"', level: 2, place: 1, siblings: 4 },
    { key: 'a.y', level: 2 },
  ]);
  expect(await call('file.text', { checkpoint, path, open: inMap, row: 3 })).toEqual({
    text: '"a.y": "model-00001-of-00002.safetensors"',
    cut: false,
  });
  const find = (input: Partial<Input<'file.find'>>) =>
    call('file.find', { checkpoint, path, text: 'B.', ...input });
  // All of the map is to be read in its own row, unless it is open.
  expect(await find({})).toEqual({ hits: 2, hit: 0, row: 1, open: [] });
  expect(await find({ open: inMap })).toEqual({ hits: 2, hit: 0, row: 4, open: inMap });
  expect(await find({ open: inMap, from: 0 })).toMatchObject({ hit: 1, row: 5 });
  expect(await find({ open: inMap, from: 1 })).toMatchObject({ hit: 0, row: 4 });
  expect(await find({ open: inMap, from: 0, step: -1 })).toMatchObject({ hit: 1, row: 5 });
  expect(await call('file.find', { checkpoint, path, text: 'nowhere' })).toMatchObject({ hits: 0 });
});

test('a .ckpt and a strategy, by what they say', async () => {
  const path = join(folder, 'ckpt');
  cpSync(join(FIXTURES, 'ckpt_formats'), path, { recursive: true });
  const file = join(path, 'all_dtypes.ckpt');
  const ckpt = await open(file);
  const page = await call('file.header', { checkpoint: ckpt, path: file, offset: 0, limit: 10 });
  expect(page.fileOffset).toBeUndefined();
  const parameters = page.rows.find(({ key }) => key === 'parameters');
  const inside = await call('file.header', {
    checkpoint: ckpt,
    path: file,
    open: [parameters?.end ?? 0],
    offset: 1,
    limit: 1,
  });
  expect(inside.rows[0]?.text).toMatch(/^\{"tensor_type":"\w+","dims":\[.*\],"content":\[\[\d+,\d+\]\]\}$/);

  const strategies = join(folder, 'strategies');
  cpSync(join(FIXTURES, 'dp2_mp4/strategy'), strategies, { recursive: true });
  const strategy = await open(strategies);
  const { files } = await call('files.list', { checkpoint: strategy });
  const first = files.find(({ kind }) => kind === 'strategy')?.path ?? '';
  const layouts = await call('file.header', { checkpoint: strategy, path: first, offset: 0, limit: 10 });
  expect(layouts.rows.map(({ key }) => key)).toEqual([
    'current_stage',
    'parallel_strategy_item',
    'parallel_layout_item',
  ]);
});

test('a file that changes while its header is looked at: said once, then read anew', async () => {
  const root = shards('changed');
  const checkpoint = await open(root);
  const path = join(root, 'config.json');
  writeFileSync(path, '{"a": 1}');
  await call('files.list', { checkpoint });
  const page = () => call('file.header', { checkpoint, path, offset: 0, limit: 10 });
  expect((await page()).rows.map(({ key, text }) => [key, text])).toEqual([['a', '1']]);
  writeFileSync(path, '{"b": [1, 2], "c": 3}');
  expect(await refusal(page())).toMatchObject({ code: 'IO_SOURCE_CHANGED', file: path });
  expect((await page()).rows.map(({ key, text }) => [key, text])).toEqual([
    ['b', '[1, 2]'],
    ['c', '3'],
  ]);
});

test('bytes of any file, as far as it goes', async () => {
  const root = shards('bytes');
  const checkpoint = await open(root);
  const path = join(root, 'README.md');
  const { bytes, size } = await call('file.bytes', { checkpoint, path, offset: 2, length: 4096 });
  expect([Buffer.from(bytes).toString(), size]).toEqual(['Weights\n', 10]);
});
