import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { FileChanges } from '../../../shared/file-changes.ts';
import { openCheckpoint } from '../open/open.ts';
import { NOBODY, whereModesStop } from '../sample-modes.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { OwnOutputs } from './methods.ts';
import { Watched } from './watched.ts';

const FIXTURE = join(import.meta.dirname, '../../../test/fixtures/dp2_mp4');
const QUIET = 40;
const { pool, folder: scratch } = poolAndFolder(1);

let folder: string;
let count = 0;
beforeEach(() => {
  folder = join(scratch, `run${count++}`);
  cpSync(join(FIXTURE, 'checkpoint'), join(folder, 'checkpoint'), { recursive: true });
  cpSync(join(FIXTURE, 'strategy'), join(folder, 'strategy'), { recursive: true });
});

const RANK3 = 'checkpoint/rank_3/llama_tiny_rank_3-1_10.safetensors';

async function watch(
  outputs = new OwnOutputs(),
  path = folder,
  roots: readonly string[] = [],
  strategy?: string,
) {
  const open = await openCheckpoint({ path, strategy }, { pool, roots });
  const leaveOut = (file: string) => outputs.hasIn(path, file);
  const watched = new Watched(open, { leaveOut, roots, quietMs: QUIET });
  const abort = new AbortController();
  const changes = (known = '') => watched.changes(known, abort.signal);
  /** The first looks are over: from now on there is something to compare with. */
  const begun = async () => expect((await changes('not as opened')).digest).toBe('');
  return { changes, begun, abort };
}

/** A few looks later nothing was told. */
async function untold(changes: Promise<FileChanges>): Promise<void> {
  const told = await Promise.race([changes, new Promise((resolve) => setTimeout(resolve, 6 * QUIET))]);
  expect(told).toBeUndefined();
}

test('nothing is told of files that stay as they are, nor of logs and hidden files', async () => {
  const { changes, abort } = await watch();
  const waiting = changes();
  await untold(waiting);
  writeFileSync(join(folder, 'checkpoint', 'rank_0', 'graph.meta'), 'x');
  writeFileSync(join(folder, 'checkpoint', 'rank_0', '.part.safetensors'), 'x');
  writeFileSync(join(folder, 'worker_0.log'), 'x');
  await untold(waiting);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});

test('a new save, a removed rank, a file written to; told again when more changes, and when all is as before', async () => {
  const { changes, begun } = await watch();
  await begun();
  const waiting = changes();
  writeFileSync(join(folder, 'checkpoint/rank_0/llama_tiny_rank_0-1_20.safetensors'), 'new');
  renameSync(join(folder, 'checkpoint/rank_5'), join(folder, 'rank_5 elsewhere'));
  appendFileSync(join(folder, RANK3), 'x');
  const first = await waiting;
  expect(first).toMatchObject({
    added: { count: 1, names: ['checkpoint/rank_0/llama_tiny_rank_0-1_20.safetensors'] },
    changed: { count: 1, names: [RANK3] },
    gone: false,
  });
  expect(first.removed.names).toContain('checkpoint/rank_5/llama_tiny_rank_5-1_10.safetensors');
  expect(first.removed.count).toBe(first.removed.names.length);

  mkdirSync(join(folder, 'checkpoint', 'rank_8'));
  writeFileSync(join(folder, 'checkpoint/rank_8/llama_tiny_rank_8-1_10.safetensors'), 'new');
  const second = await changes(first.digest);
  expect(second.added.count).toBe(2);
  expect(second.digest).not.toBe(first.digest);
});

test('a file that is touched has changed; put back as it was it has not', async () => {
  const { changes, begun } = await watch();
  await begun();
  const waiting = changes();
  const file = join(folder, 'strategy', 'ckpt_strategy_rank_0.ckpt');
  renameSync(file, `${file}.away`);
  const first = await waiting;
  expect(first.removed).toEqual({ count: 1, names: ['strategy/ckpt_strategy_rank_0.ckpt'] });
  renameSync(`${file}.away`, file);
  expect(await changes(first.digest)).toMatchObject({ digest: '', removed: { count: 0 } });
  utimesSync(join(folder, RANK3), new Date(), new Date(2020, 1, 1));
  expect((await changes('')).changed.names).toEqual([RANK3]);
});

test('a change between opening and the first look is told', async () => {
  const { changes } = await watch();
  appendFileSync(join(folder, RANK3), 'x');
  expect((await changes()).changed.names).toEqual([RANK3]);
});

test('nothing is told while a file is still being written', async () => {
  const { changes, begun } = await watch();
  await begun();
  const waiting = changes();
  const file = join(folder, 'checkpoint/rank_1/llama_tiny_rank_1-1_20.safetensors');
  const writing = setInterval(() => appendFileSync(file, 'x'), QUIET / 4);
  await untold(waiting);
  await untold(waiting);
  clearInterval(writing);
  expect((await waiting).added.count).toBe(1);
});

test('a folder that is gone', async () => {
  const { changes, begun } = await watch();
  await begun();
  const waiting = changes();
  renameSync(folder, `${folder} elsewhere`);
  expect(await waiting).toMatchObject({ gone: true, removed: { count: 0 } });
});

test('an output of a job in the folder is no news; one that takes its place is', async () => {
  const outputs = new OwnOutputs();
  outputs.add(join(folder, 'strategy'));
  outputs.add(folder);
  const { changes, begun, abort } = await watch(outputs);
  await begun();
  const waiting = changes();
  writeFileSync(join(folder, 'strategy', 'merged_strategy.ckpt'), 'x');
  await untold(waiting);
  appendFileSync(join(folder, RANK3), 'x');
  expect((await waiting).changed.names).toEqual([RANK3]);
  abort.abort();
});

test('what a job of this engine wrote over is no news either', async () => {
  const outputs = new OwnOutputs();
  const { changes, begun, abort } = await watch(outputs);
  await begun();
  const waiting = changes();
  writeFileSync(join(folder, 'strategy', 'ckpt_strategy_rank_0.ckpt'), 'x');
  outputs.add(join(folder, 'strategy'));
  await untold(waiting);
  appendFileSync(join(folder, RANK3), 'x');
  expect(await waiting).toMatchObject({ changed: { names: [RANK3] }, removed: { count: 0 } });
  abort.abort();
});

test('one file by itself', async () => {
  const path = join(folder, RANK3);
  const { changes, begun } = await watch(new OwnOutputs(), path);
  await begun();
  const waiting = changes();
  writeFileSync(join(folder, 'checkpoint/rank_3/other.safetensors'), 'x');
  await untold(waiting);
  appendFileSync(path, 'x');
  expect((await waiting).changed.names).toEqual(['llama_tiny_rank_3-1_10.safetensors']);
});

test('a new name is told although its folder has the time that it had, as by a coarse clock', async () => {
  const strategy = join(folder, 'strategy');
  // Ahead of the clock: never longer ago than a tick.
  const ahead = new Date(Date.now() + 3_600_000);
  utimesSync(strategy, ahead, ahead);
  const { changes, begun } = await watch();
  await begun();
  const waiting = changes();
  writeFileSync(join(strategy, 'ckpt_strategy_rank_9.ckpt'), 'x');
  utimesSync(strategy, ahead, ahead);
  expect((await waiting).added.names).toEqual(['strategy/ckpt_strategy_rank_9.ckpt']);
});

test('a strategy that was named elsewhere', async () => {
  const elsewhere = `${folder} strategy`;
  cpSync(join(FIXTURE, 'strategy'), elsewhere, { recursive: true });
  const { changes, begun } = await watch(new OwnOutputs(), folder, [], elsewhere);
  await begun();
  const waiting = changes();
  appendFileSync(join(elsewhere, 'ckpt_strategy_rank_0.ckpt'), 'x');
  expect((await waiting).changed).toMatchObject({ count: 1 });
});

test('a rank folder that may not be read hides no other changes, and is news when it may', async (context) => {
  const rank0 = join(folder, 'checkpoint/rank_0/llama_tiny_rank_0-1_10.safetensors');
  const rank3 = join(folder, 'checkpoint/rank_3');
  chmodSync(rank0, 0o666);
  chownSync(rank3, process.getuid?.() === 0 ? NOBODY : -1, -1);
  chmodSync(rank3, 0);
  await whereModesStop(context, scratch, async () => {
    const { changes, begun } = await watch();
    await begun();
    const waiting = changes();
    appendFileSync(rank0, 'x');
    const { changed, added, digest } = await waiting;
    expect(changed).toMatchObject({ count: 1, names: [relative(folder, rank0)] });
    expect(added.count).toBe(0);
    chmodSync(rank3, 0o755);
    expect((await changes(digest)).added).toEqual({
      count: 2,
      names: [RANK3, 'checkpoint/rank_3/meta.json'],
    });
  });
});

test('links back to the folder around them are not followed round and round', async () => {
  for (const name of ['strategy', 'strategy_json', 'rank_8'])
    symlinkSync('.', join(folder, 'checkpoint', name));
  const { changes, begun, abort } = await watch();
  symlinkSync('loop.safetensors', join(folder, 'checkpoint/rank_0/loop.safetensors'));
  try {
    await begun();
    const waiting = changes();
    appendFileSync(join(folder, RANK3), 'x');
    expect((await waiting).changed.names).toContain(RANK3);
  } finally {
    abort.abort();
  }
});

test('what lies outside the roots is not named, where links lead there', async () => {
  const outside = `${folder} outside`;
  mkdirSync(outside);
  writeFileSync(join(outside, 'single.safetensors'), 'x');
  symlinkSync(outside, join(folder, 'strategy_json'));
  symlinkSync(join(outside, 'single.safetensors'), join(folder, 'single.safetensors'));
  const { changes, begun } = await watch(new OwnOutputs(), folder, [folder]);
  await begun();
  const waiting = changes();
  writeFileSync(join(outside, 'secret.json'), 'x');
  appendFileSync(join(outside, 'single.safetensors'), 'x');
  await untold(waiting);
  appendFileSync(join(folder, RANK3), 'x');
  expect(await waiting).toMatchObject({
    added: { count: 0 },
    changed: { count: 1, names: [RANK3] },
  });
});
