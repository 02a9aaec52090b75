import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { SampleMounts } from '../../electron/engine/sample-mounts.ts';
import type { Fault } from '../../shared/errors.ts';
import { type Expected, fixture, hashes, tensorsIn } from './expected.ts';
import { copyFixture, type Finished, runCli, scratchFolder } from './run-cli.ts';

/** Modes, attributes and mounts that do not let a job read or write. No mode stops root: there it runs as nobody. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** Why the jobs cannot be run as somebody whom modes stop. */
function whyNot(): string {
  if (!process.getuid) return '(no users and modes here: skipped)';
  if (!isRoot) return '';
  try {
    execFileSync(process.execPath, ['--version'], { uid: NOBODY, gid: NOBODY, stdio: 'ignore' });
    return '';
  } catch {
    return '(only root can run this Node: skipped)';
  }
}
const unable = whyNot();

const scratch = scratchFolder();
afterAll(scratch.remove);
let count = 0;
/** A folder of the job's user for each test, with the source in it. */
let folder = '';
let source = '';
let rankFile = '';
const undo: (() => void)[] = [];
beforeEach(() => {
  folder = join(scratch.path, `test-${count++}`);
  mkdirSync(folder);
  source = copyFixture('dp2_mp4', folder);
  rankFile = join(source, 'checkpoint/rank_0/llama_tiny_rank_0-1_10.safetensors');
  chmodSync(scratch.path, 0o755);
  for (const path of [folder, source, ...filesIn(source)]) give(path);
});
afterEach(() => {
  for (const one of undo.splice(0).reverse()) one();
});
const mounts = new SampleMounts();

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name));
}

function give(path: string): void {
  if (isRoot) chownSync(path, NOBODY, NOBODY);
}

/** Changes a mode for one test, so that the folder can be removed after it. */
function chmod(mode: number, ...paths: readonly string[]): void {
  for (const path of paths) {
    const before = statSync(path).mode;
    chmodSync(path, mode);
    undo.push(() => chmodSync(path, before));
  }
}

function oldOutput(): string {
  const out = join(folder, 'out');
  mkdirSync(out);
  writeFileSync(join(out, 'old.safetensors'), 'old');
  for (const path of [out, ...filesIn(out)]) give(path);
  return out;
}

function makeImmutable(context: TestContext, path: string): void {
  try {
    execFileSync('chattr', ['+i', path], { stdio: 'ignore' });
  } catch {
    context.skip('this user, or this file system, makes nothing immutable');
  }
  undo.push(() => execFileSync('chattr', ['-i', path]));
}

function asUser(...args: readonly string[]): Promise<Finished> {
  return runCli(args, isRoot ? { uid: NOBODY } : {});
}

function merge(out: string, ...options: readonly string[]): Promise<Finished> {
  return asUser(
    ...['merge', join(source, 'checkpoint'), '--strategy', join(source, 'strategy')],
    ...['--out', out, '--json', ...options],
  );
}

/** One clear line with the path in it. */
function expectRefused({ code, stdout, stderr }: Finished, fault: Partial<Fault>, path: string): void {
  const { error } = JSON.parse(stdout);
  expect({ code, error }).toMatchObject({ code: 4, error: fault });
  expect(error.message).toContain(path);
  expect(stderr).toMatch(/^shardscope: .+\n$/);
}

const expected = fixture<{ tensors: Expected }>('dp2_mp4/expected.json').tensors;

describe.skipIf(unable !== '')(`sources ${unable}`, () => {
  test('of mode 0400, as MindSpore writes them, in folders that nobody may write to, are read', async () => {
    const sums = hashes(source);
    for (const path of filesIn(source)) chmod(statSync(path).isDirectory() ? 0o555 : 0o400, path);
    const out = join(folder, 'out');
    expect((await merge(out)).code).toBe(0);
    expect(tensorsIn(join(out, 'part0.safetensors'))).toEqual(expected);
    // The output has the modes of any new file, not those of its sources.
    for (const path of filesIn(out)) expect(statSync(path).mode & 0o777, path).toBe(0o666 & ~process.umask());
    expect(hashes(source)).toEqual(sums);
  });

  test('on a read-only volume are read', async (context) => {
    const volume = join(folder, 'volume');
    mounts.bind(context, source, volume);
    mounts.readOnly(volume);
    source = volume;
    const out = join(folder, 'out');
    expect((await merge(out)).code).toBe(0);
    expect(tensorsIn(join(out, 'part0.safetensors'))).toEqual(expected);
  });

  test('that are another user’s alone: the file is named before anything is written', async () => {
    chmod(0, rankFile);
    expectRefused(await merge(join(folder, 'out')), { code: 'IO_PERMISSION', file: rankFile }, rankFile);
    expect(readdirSync(folder)).toEqual(['dp2_mp4']);
  });

  test.each([
    ['may not be listed', 0o333],
    ['may not be entered', 0o444],
    ['may be neither', 0],
  ])('in a folder that %s: it is named', async (_, mode) => {
    const rank = join(source, 'checkpoint/rank_0');
    chmod(mode, rank);
    expectRefused(await merge(join(folder, 'out')), { code: 'IO_PERMISSION' }, rank);
    expect(readdirSync(folder)).toEqual(['dp2_mp4']);
  });

  test('one rank folder that may not be listed: the others open, and it is a problem of its own', async () => {
    const rank = join(source, 'checkpoint/rank_3');
    chmod(0, rank);
    const { code, stdout } = await asUser('inspect', source, '--json');
    expect(code).toBe(1);
    const { ranks, missingRanks, fileCount, saves, suffix, problems } = JSON.parse(stdout);
    expect({ ranks, missingRanks, fileCount, suffix }).toEqual({
      ranks: [0, 1, 2, 3, 4, 5, 6, 7],
      missingRanks: [],
      fileCount: 7,
      suffix: '1_10',
    });
    expect(saves).toMatchObject([{ whole: false, ranks: [0, 1, 2, 4, 5, 6, 7] }]);
    expect(problems).toMatchObject([{ code: 'IO_PERMISSION', severity: 'error', rank: 3, file: rank }]);
    expect(problems[0].message).toBe(
      `The folder of rank 3 cannot be read (EACCES): ${rank} is not permitted to this user.`,
    );
    expect((await asUser('verify', source)).code).toBe(1);
    for (const job of ['merge', 'dedupe', 'convert'])
      expectRefused(
        await asUser(
          ...[job, source, '--out', join(folder, 'out'), '--json'],
          ...(job === 'convert' ? ['--to', 'ckpt'] : []),
        ),
        { code: 'IO_PERMISSION', file: rank },
        rank,
      );
    expect(readdirSync(folder)).toEqual(['dp2_mp4']);
  });

  test('one rank folder that may not be listed: training cannot resume, for that', async () => {
    source = copyFixture('training_output', folder);
    for (const path of [source, ...filesIn(source)]) give(path);
    const rank = join(source, 'checkpoint/rank_1');
    chmod(0, rank);
    const { code, stdout } = await asUser('resume-check', source, '--json');
    expect(code).toBe(3);
    const { canResume, saves, sentence } = JSON.parse(stdout);
    expect(canResume).toBe(false);
    expect(sentence).toContain('rank 3 has no file of it, and its part on rank 1 cannot be read');
    const newest = saves.findLast(({ weightsOnly }: { weightsOnly: boolean }) => !weightsOnly);
    expect(newest).toMatchObject({
      missing: [3],
      damaged: [{ rank: 1, fault: { code: 'IO_PERMISSION', file: rank } }],
    });
    // What nobody could look into is said to be missing nowhere.
    const opened = JSON.parse((await asUser('inspect', source, '--json')).stdout);
    expect(opened.suffix).toBe('1_20');
    expect(opened.problems.map((one: { code: string; rank?: number }) => [one.code, one.rank])).toEqual(
      expect.arrayContaining([
        ['IO_PERMISSION', 1],
        ['STEPS_DIFFER', 3],
      ]),
    );
  });

  test('a rank folder of the saves of weights alone that may not be listed: jobs on the others do without', async () => {
    source = copyFixture('training_output', folder);
    for (const path of [source, ...filesIn(source)]) give(path);
    const rank = join(source, 'checkpoint_network/rank_1');
    chmod(0, rank);
    const { code, stdout } = await asUser('inspect', source, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ suffix: '1_20', fileCount: 8 });
    expect(JSON.parse(stdout).problems).toContainEqual(
      expect.objectContaining({ code: 'IO_PERMISSION', severity: 'warning', file: rank }),
    );
    expect((await asUser('merge', source, '--out', join(folder, 'out'))).code).toBe(0);
    const network = ['merge', source, '--file-suffix', 'network-1_20', '--out', join(folder, 'other')];
    expectRefused(await asUser(...network, '--json'), { code: 'IO_PERMISSION', file: rank }, rank);
  });

  test('no rank folder that may be listed: refused for that', async () => {
    for (let rank = 0; rank < 8; rank++) chmod(0, join(source, `checkpoint/rank_${rank}`));
    const rank = join(source, 'checkpoint/rank_0');
    expectRefused(await asUser('inspect', source, '--json'), { code: 'IO_PERMISSION', file: rank }, rank);
  });
});

describe.skipIf(unable !== '')(`an output ${unable}`, () => {
  test.each([
    ['may not be written to', 0o555],
    ['may not be entered', 0o666],
  ])('in a folder that %s', async (_, mode) => {
    const parent = join(folder, 'parent');
    mkdirSync(parent);
    give(parent);
    chmod(mode, parent);
    expectRefused(await merge(join(parent, 'out')), { code: 'IO_PERMISSION', found: 'EACCES' }, parent);
  });

  test('on a read-only volume', async (context) => {
    const volume = join(folder, 'volume');
    mounts.tmpfs(context, volume, '40m');
    mounts.readOnly(volume);
    expectRefused(await merge(join(volume, 'out')), { code: 'IO_PERMISSION', found: 'EROFS' }, volume);
  });

  test('in a folder that is immutable', async (context) => {
    const parent = join(folder, 'parent');
    mkdirSync(parent);
    give(parent);
    makeImmutable(context, parent);
    expectRefused(await merge(join(parent, 'out')), { code: 'IO_PERMISSION', found: 'EPERM' }, parent);
  });

  test('that is immutable itself is told and kept, also with --overwrite', async (context) => {
    const out = oldOutput();
    makeImmutable(context, out);
    const fault: Partial<Fault> = { code: 'IO_PERMISSION', found: 'EPERM', file: out };
    expectRefused(await merge(out, '--overwrite'), fault, out);
    expect(readdirSync(out)).toEqual(['old.safetensors']);
    expect(readdirSync(folder).sort()).toEqual(['dp2_mp4', 'out']);
  });

  test('with a file that is immutable is replaced, and what is left of the old one is named', async (context) => {
    const out = oldOutput();
    makeImmutable(context, join(out, 'old.safetensors'));
    const { code, stdout } = await merge(out, '--overwrite');
    expect(code).toBe(0);
    expect(tensorsIn(join(out, 'part0.safetensors'))).toEqual(expected);
    const aside = readdirSync(folder).find((name) => name.startsWith('.out.')) ?? 'none';
    // It has another name by now.
    undo.splice(0);
    execFileSync('chattr', ['-i', join(folder, aside, 'old.safetensors')]);
    const warning = expect.stringContaining(`what is left of it is in ${join(folder, aside)}`);
    expect(JSON.parse(stdout).warnings).toEqual([warning]);
  });
});
