import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { serialize } from 'node:v8';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asFault, type Fault } from '../../shared/errors.ts';
import { executePlan } from './execute.ts';
import type { ExecuteOptions } from './execution.ts';
import { isLeftoverName } from './job-record.ts';
import { WorkerPool } from './pool.ts';
import { makeSample, type Sample } from './sample-plan.ts';

/** Jobs in a process of their own: killed, limited, without rights, on a full volume. */
const child = `
import { promises, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { deserialize } from 'node:v8';
import { executePlan } from './execute.ts';
import { WorkerPool } from './pool.ts';
import { asFault } from '../../shared/errors.ts';
const [plan, out, overwrite, index, killAfter] = process.argv.slice(2);
let changes = 0;
for (const name of ['mkdir', 'open', 'writeFile', 'rename', 'rm', 'rmdir', 'chmod']) {
  const change = promises[name];
  promises[name] = async (...args) => {
    const result = await change(...args);
    if (++changes === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}
syncBuiltinESMExports();
const pool = new WorkerPool(2);
process.send?.('started');
try {
  await executePlan(deserialize(readFileSync(plan)), {
    out, pool, memoryBytes: 2 * 3 * 32_768, fsync: true, verify: true, overwrite: overwrite === 'overwrite',
    signal: new AbortController().signal, onProgress() {},
    ...(index && { split: { index: Number(index), count: 2 } }),
  });
} catch (error) {
  console.log(JSON.stringify(asFault(error)));
  process.exitCode = 4;
}
await pool.close();
process.send?.({ changes });
process.disconnect?.();
`;

let folder: string;
let script: string;
let planFile: string;
let sample: Sample;
let pool: WorkerPool;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-crash-'));
  chmodSync(folder, 0o755);
  script = join(folder, 'job.mjs');
  await build({
    stdin: { contents: child, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  // 8 MiB cut in columns over three sources, and a tensor whose slices go to two files each.
  const whole = { dtype: 'BF16', copies: 1, extentBytes: 0, leftOut: 3 } as const;
  sample = makeSample(join(folder, 'source'), [
    { ...whole, shape: [1024, 3072], sourceCuts: [[], [1024, 2048]], outputCuts: [[], []] },
    { ...whole, shape: [1024, 512], sourceCuts: [[512], []], outputCuts: [[], [256]], copies: 2 },
  ]);
  planFile = join(folder, 'plan.bin');
  writeFileSync(planFile, serialize(sample.plan));
  pool = new WorkerPool(2);
});
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `killAfter`: the change of names or files, counted from 1, after which the process kills itself. */
function start(out: string, overwrite = false, share = '', killAfter = 0): ChildProcess {
  const args = [script, planFile, out, overwrite ? 'overwrite' : '', share, String(killAfter)];
  return spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

function event(process: ChildProcess, name: 'message' | 'exit'): Promise<void> {
  return new Promise((resolve) => process.once(name, () => resolve()));
}

function execute(out: string, options: Partial<ExecuteOptions> = {}) {
  return executePlan(sample.plan, {
    out,
    pool,
    fsync: false,
    verify: true,
    overwrite: false,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...options,
  });
}

function sourceSums(): string[] {
  return sample.plan.sources.map(({ path }) => createHash('sha256').update(readFileSync(path)).digest('hex'));
}

function isWhole(out: string): boolean {
  return (
    sample.plan.outputs.every(({ path }, i) =>
      readFileSync(join(out, path)).equals(sample.expected[i] ?? Buffer.of()),
    ) && sample.plan.texts.every(({ path, text }) => readFileSync(join(out, path), 'utf8') === text)
  );
}

/** A folder for an output, with an old one in it if that is to be replaced. */
function placeFor(name: string, overwrite: boolean): { parent: string; out: string } {
  const parent = join(folder, name);
  const out = join(parent, 'out');
  mkdirSync(overwrite ? out : parent, { recursive: true });
  if (overwrite) writeFileSync(join(out, 'old.safetensors'), 'old');
  return { parent, out };
}

type Seen = 'absent' | 'old' | 'whole' | 'aside' | 'leftover' | 'continued';

/** What a killed job left: the output absent, old or whole. Then the next job must go on, and leave nothing else. */
async function afterKill(
  { parent, out }: { parent: string; out: string },
  overwrite: boolean,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  const names = readdirSync(parent);
  expect(names.every((name) => name === 'out' || isLeftoverName(name))).toBe(true);
  if (names.some((name) => /shardscope-\d/.test(name))) seen.push('leftover');
  if (!names.includes('out')) {
    const aside = names.some((name) => name.includes('shardscope-old'));
    // Between the two renames of overwriting, the old output waits beside, whole.
    if (overwrite) expect(aside).toBe(true);
    seen.push(overwrite ? 'aside' : 'absent');
  } else if (overwrite && existsSync(join(out, 'old.safetensors'))) {
    expect(readdirSync(out)).toEqual(['old.safetensors']);
    seen.push('old');
  } else {
    expect(isWhole(out)).toBe(true);
    seen.push('whole');
  }
  const { takenOver } = await execute(out, { overwrite: true });
  if (takenOver.bytes > 0) seen.push('continued');
  expect(isWhole(out)).toBe(true);
  // A folder killed before its record was written stays a minute: it could be a job just beginning.
  for (const name of readdirSync(parent)) {
    const record = join(parent, name, 'shardscope-job.json');
    if (name !== 'out' && existsSync(record)) expect(readFileSync(record, 'utf8')).toBe('');
  }
  rmSync(parent, { recursive: true });
  return seen;
}

/** Random kills; `SHARDSCOPE_KILLS=200` for what a release is held to. */
const KILLS = Number(process.env.SHARDSCOPE_KILLS ?? 16);

test(`killed at ${KILLS} random moments, a job leaves the output absent, old or whole, and the next one goes on`, {
  timeout: 60_000 + KILLS * 6000,
}, async () => {
  const sums = sourceSums();
  const timing = start(join(folder, 'timing'));
  await event(timing, 'message');
  const begun = performance.now();
  await event(timing, 'exit');
  const longest = performance.now() - begun;
  const seen = new Map<Seen, number>();
  for (let i = 0; i < KILLS; i++) {
    const overwrite = i % 2 === 1;
    const place = placeFor(`kill-${i}`, overwrite);
    const job = start(place.out, overwrite);
    await event(job, 'message');
    const exit = event(job, 'exit');
    await wait(Math.random() * longest);
    job.kill('SIGKILL');
    await exit;
    for (const what of await afterKill(place, overwrite)) seen.set(what, (seen.get(what) ?? 0) + 1);
    expect(sourceSums()).toEqual(sums);
  }
  if (process.env.SHARDSCOPE_KILLS) console.log(Object.fromEntries(seen));
  // The moments were spread over the job, not all after its end.
  expect(seen.get('leftover')).toBeGreaterThan(0);
  expect(seen.get('continued')).toBeGreaterThan(0);
});

test.each([
  ['a new output', false],
  ['an old output that is replaced', true],
])(
  'killed after each single change of names or files on the way to %s',
  { timeout: 300_000 },
  async (_, overwrite) => {
    const counted = placeFor('counted', overwrite);
    const job = start(counted.out, overwrite);
    const changes = await new Promise<number>((resolve) =>
      job.on('message', (message) => {
        if (typeof message === 'object' && 'changes' in message) resolve(Number(message.changes));
      }),
    );
    await event(job, 'exit');
    expect(isWhole(counted.out)).toBe(true);
    rmSync(counted.parent, { recursive: true });
    expect(changes).toBeGreaterThan(15);
    const seen = new Set<Seen>();
    for (let change = 1; change <= changes; change++) {
      const place = placeFor(`change-${change}`, overwrite);
      const killed = start(place.out, overwrite, '', change);
      await event(killed, 'exit');
      expect(killed.signalCode).toBe('SIGKILL');
      for (const what of await afterKill(place, overwrite)) seen.add(what);
    }
    const expected: Seen[] = [
      'leftover',
      'continued',
      'whole',
      ...(overwrite ? (['old', 'aside'] as const) : (['absent'] as const)),
    ];
    expect([...seen].sort()).toEqual(expected.sort());
  },
);

const SHARE_KILLS = Number(process.env.SHARDSCOPE_KILLS ?? 6);

test(`shares killed at ${SHARE_KILLS} random moments leave the output absent or whole, and are repeated`, {
  timeout: 60_000 + SHARE_KILLS * 6000,
}, async () => {
  const sums = sourceSums();
  const timing = start(join(folder, 'share-timing'), false, '1');
  await event(timing, 'message');
  const begun = performance.now();
  await event(timing, 'exit');
  const longest = performance.now() - begun;
  let interrupted = 0;
  for (let i = 0; i < SHARE_KILLS; i++) {
    const parent = join(folder, `share-kill-${i}`);
    const out = join(parent, 'out');
    mkdirSync(parent);
    const jobs = [start(out, false, '1'), start(out, false, '2')];
    // Listened for from the start: one may end before the other has begun.
    const exits = jobs.map((job) => event(job, 'exit'));
    await Promise.all(jobs.map((job) => event(job, 'message')));
    for (const job of jobs) {
      await wait(Math.random() * longest);
      job.kill('SIGKILL');
    }
    await Promise.all(exits);
    const names = readdirSync(parent);
    expect(names.every((name) => name === 'out' || isLeftoverName(name))).toBe(true);
    if (names.includes('out')) expect(isWhole(out)).toBe(true);
    else interrupted++;
    for (const index of [2, 1]) if (!existsSync(out)) await execute(out, { split: { index, count: 2 } });
    expect(isWhole(out)).toBe(true);
    expect(sourceSums()).toEqual(sums);
    rmSync(parent, { recursive: true });
  }
  expect(interrupted).toBeGreaterThan(0);
});

function runLimited(
  command: string,
  args: readonly string[],
  ids: { uid?: number; gid?: number } = {},
): Fault {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...ids });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return JSON.parse(String(error.stdout));
    throw error;
  }
  return expect.unreachable('it did not refuse');
}

test.skipIf(process.platform === 'win32')(
  'a file size limit gives one clear error and leaves nothing',
  () => {
    const out = join(folder, 'limited', 'out');
    const fault = runLimited('bash', [
      '-c',
      `ulimit -f 1000; exec "$0" "$@"`,
      process.execPath,
      script,
      planFile,
      out,
    ]);
    expect(fault).toMatchObject({ code: 'OUT_SPACE', found: 'EFBIG' });
    expect(fault.file).toBe(join(out, 'rank_0/net.safetensors'));
    expect(existsSync(join(folder, 'limited'))).toBe(false);
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder without the right to write is told before anything is read',
  () => {
    const parent = join(folder, 'locked');
    mkdirSync(parent);
    chmodSync(parent, 0o555);
    const isRoot = process.getuid?.() === 0;
    const out = join(parent, 'out');
    const fault = runLimited(
      process.execPath,
      [script, planFile, out],
      isRoot ? { uid: 65_534, gid: 65_534 } : {},
    );
    expect(fault).toMatchObject({ code: 'IO_PERMISSION', found: 'EACCES' });
    expect(fault.message).toContain(parent);
  },
);

function mountSmall(at: string): boolean {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a volume that fills up while copying gives OUT_SPACE and leaves nothing', async (context) => {
  const volume = join(folder, 'volume');
  if (!mountSmall(volume)) return context.skip('mounting a small tmpfs needs root');
  try {
    const out = join(volume, 'out');
    const error = await execute(out, {
      onProgress: ({ phase }) => {
        if (phase !== 'copying' || existsSync(join(volume, 'ballast'))) return;
        writeFileSync(join(volume, 'ballast'), new Uint8Array(36 * 1024 ** 2));
      },
    }).catch(asFault);
    expect(error).toMatchObject({ code: 'OUT_SPACE', found: 'ENOSPC' });
    expect(readdirSync(volume)).toEqual(['ballast']);

    // Now too little is free from the start.
    const before = await execute(out).catch(asFault);
    expect(before).toMatchObject({ code: 'OUT_SPACE', expected: expect.stringMatching(/^\d+ bytes$/) });
    expect(readdirSync(volume)).toEqual(['ballast']);

    // A mounted volume's own folder cannot be renamed over; its files are published one by one.
    truncateSync(join(volume, 'ballast'), 0);
    expect(await execute(volume, { overwrite: true }).catch(asFault)).toMatchObject({ code: 'OUT_EXISTS' });
    rmSync(join(volume, 'ballast'));
    await execute(volume);
    expect(isWhole(volume)).toBe(true);
    expect(readdirSync(volume).filter((name) => name.startsWith('.'))).toEqual([]);
  } finally {
    execFileSync('umount', [volume]);
  }
});
