import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashes } from './expected.ts';
import { copyFixture, runCli, scratchFolder, TEST_DATA } from './run-cli.ts';

const scratch = scratchFolder();
const path = (name: string) => join(scratch.path, name);
let merge: string[] = [];
let expected: Record<string, string> = {};

beforeAll(async () => {
  const source = copyFixture('dp2_mp2_pp2', scratch.path);
  merge = ['merge', join(source, 'checkpoint'), '--strategy', join(source, 'strategy')];
  merge.push('--max-shard-size', '8KiB');
  expect((await runCli([...merge, '--out', path('whole')])).code).toBe(0);
  expected = hashes(path('whole'));
  expect(Object.keys(expected).length).toBeGreaterThan(6);
});
afterAll(scratch.remove);

function expectSame(out: string): void {
  expect(hashes(path(out))).toEqual(expected);
  expect(readdirSync(scratch.path).filter((name) => name.startsWith(`.${out}.`))).toEqual([]);
}

describe('--split', () => {
  test('shares in any order give the files and the report of one run; each says how far they are', async () => {
    const run = (share: string) => runCli([...merge, '--out', path('split'), '--split', share]);
    const first = await run('3/3');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`1 of 3 shares is finished; the last one publishes ${path('split')}.`);
    expect(existsSync(path('split'))).toBe(false);
    expect((await run('1/3')).stdout).toContain('2 of 3 shares are finished');
    const again = await run('1/3');
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('of it by an earlier run') });
    expect((await run('2/3')).stdout).toContain('All 3 shares are finished.');
    expectSame('split');
  });

  test('all at once, every share twice', async () => {
    const shares = ['1/4', '2/4', '3/4', '4/4', '4/4', '3/4', '2/4', '1/4'];
    const runs = await Promise.all(
      shares.map((share) => runCli([...merge, '--out', path('at-once'), '--split', share, '--json'])),
    );
    for (const { code, stdout } of runs) expect({ code, stdout }).toMatchObject({ code: 0 });
    expectSame('at-once');
  });

  test('--finish alone publishes what is complete, and fails while shares are missing', async () => {
    await runCli([...merge, '--out', path('finish'), '--split', '1/2']);
    const early = await runCli([...merge, '--out', path('finish'), '--finish', '--json']);
    expect(early.code).toBe(4);
    expect(JSON.parse(early.stdout).error.code).toBe('OUT_INCOMPLETE');
    await runCli([...merge, '--out', path('finish'), '--split', '2/2', '--finish']);
    expectSame('finish');
  });

  test('a share that is repeated after the end says that all is there; an output of another job it refuses', async () => {
    const run = (share: string, ...more: string[]) =>
      runCli([...merge, '--out', path('late'), '--split', share, ...more]);
    for (const share of ['1/2', '2/2']) await run(share);
    expect(await run('1/2')).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: `All of it is there already: the same job wrote ${path('late')} before. All 2 shares are finished.\n`,
    });
    expectSame('late');
    const other = await run('1/2', '--dtype', 'f16', '--json');
    expect(other.code).toBe(4);
    expect(JSON.parse(other.stdout).error.code).toBe('OUT_EXISTS');
    expectSame('late');
  });

  test.each(['slice', 'reshard', 'convert'])('%s in three shares', async (job) => {
    const source = join(scratch.path, 'dp2_mp2_pp2');
    const strategy = join(TEST_DATA, 'fixtures/dp4_mp2_opt_all/strategy');
    const commands: Record<string, string[]> = {
      slice: [path('whole'), '--strategy', strategy],
      reshard: [join(source, 'checkpoint'), '--dst-strategy', strategy],
      convert: [join(source, 'checkpoint'), '--to', 'ckpt'],
    };
    const command = [job, ...(commands[job] ?? [])];
    expect((await runCli([...command, '--out', path(job)])).code).toBe(0);
    const whole = hashes(path(job));
    // Eight files and the report; converting the training's own ranks, a meta.json beside each.
    expect(Object.keys(whole)).toHaveLength(job === 'convert' ? 17 : 9);
    for (const share of ['2/3', '1/3', '3/3', '1/3']) {
      expect((await runCli([...command, '--out', path(`${job}-split`), '--split', share])).code).toBe(0);
      if (share === '2/3') expect(existsSync(path(`${job}-split`))).toBe(false);
    }
    expect(hashes(path(`${job}-split`))).toEqual(whole);
  });

  test('--dry-run shows the share', async () => {
    const { stdout } = await runCli([...merge, '--out', path('dry'), '--split', '2/3', '--dry-run']);
    expect(stdout).toMatch(/^Share 2 of 3: \d+ files of \d+\.$/m);
    expect(stdout).not.toContain('param_name_map.json');
  });

  test.each(['0/3', '4/3', '1', 'x/y', '1/99999'])('%s is no share', async (share) => {
    const { code, stderr } = await runCli([...merge, '--out', path('none'), '--split', share]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('such as 2/4') });
  });
});

/** The command of share `index` of 4, for a shell. */
function shellCommand(out: string, index: string): string {
  const cli = resolve(process.env.SHARDSCOPE_BUNDLES ?? 'dist', 'cli.js');
  return [process.execPath, cli, ...merge, '--out', path(out), '--split', `${index}/4`].join(' ');
}

const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

const noParallel = has('parallel', '--version') ? '' : 'GNU parallel is not installed';
test.skipIf(noParallel !== '')(`shares run by GNU parallel ${noParallel}`, () => {
  const { status, stderr } = spawnSync(
    'parallel',
    ['--will-cite', '-j4', shellCommand('parallel', '{}'), ':::', '1', '2', '3', '4'],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expectSame('parallel');
});

const noSlurm = has('scontrol', 'ping') && has('sbatch', '--version') ? '' : '(no Slurm controller answers)';
test.skipIf(noSlurm !== '')(`shares run as a Slurm array job ${noSlurm}`, { timeout: 120_000 }, async () => {
  const script = path('array.sh');
  const log = path('slurm-%a.log');
  writeFileSync(script, `#!/bin/sh\n${shellCommand('slurm', '$SLURM_ARRAY_TASK_ID')}\n`);
  const submitted = spawnSync('sbatch', ['--array=1-4', '--wait', '--output', log, script], {
    encoding: 'utf8',
  });
  const logs = () => [1, 2, 3, 4].map((i) => readFileSync(path(`slurm-${i}.log`), 'utf8')).join('');
  expect({ status: submitted.status, logs: logs() }).toMatchObject({ status: 0 });
  for (let tries = 50; !existsSync(path('slurm')) && tries > 0; tries--) await wait(100);
  expectSame('slurm');
});
