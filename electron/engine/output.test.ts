import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { needs } from '../../test/needs.ts';
import { isLeftoverName, RECORD_NAME } from './job-record.ts';
import { type Output, type OutputOptions, openOutput } from './output.ts';
import { createFiles, writeTexts } from './output-files.ts';
import { findPlace, type PlaceOptions } from './output-place.ts';
import { writeSource } from './sample-plan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const index = 'model.safetensors.index.json';

function planOf(names: readonly string[], options: { size?: number } = {}): Plan {
  return {
    job: 'merge',
    sources: [writeSource(join(folder, 'ckpt', 'rank_0', 'a.safetensors'), new Uint8Array(10))],
    outputs: names.map((path) => ({
      path,
      literals: [{ offset: 0, bytes: new Uint8Array(8) }],
      size: options.size ?? 16,
      tensorCount: 0,
    })),
    texts: [{ path: index, text: '{}' }],
    moves: [],
    warnings: [],
  };
}

type Options = Partial<OutputOptions & PlaceOptions>;

async function open(plan: Plan, options: Options = {}): Promise<Output> {
  const all = { out: join(folder, 'out'), overwrite: false, fsync: true, ...options };
  return openOutput(plan, await findPlace(plan, all), all);
}

async function write(plan: Plan, options: Options = {}): Promise<Output> {
  const output = await open(plan, options);
  await createFiles(output.temporary, plan.outputs);
  await writeTexts(output.temporary, plan.texts, false);
  await output.publish();
  return output;
}

async function faultOf(work: Promise<unknown>) {
  return work.then(
    () => expect.unreachable('it did not refuse'),
    (error: unknown) => asFault(error),
  );
}

function beside(): string[] {
  return readdirSync(folder).filter((name) => name !== 'ckpt');
}

test('publishing is one step: nothing has the final name before, all of it after, no record in it', async () => {
  const plan = planOf(['part0.safetensors', 'rank_0/net.safetensors']);
  const output = await open(plan);
  await createFiles(output.temporary, plan.outputs);
  await writeTexts(output.temporary, plan.texts, true);
  expect(existsSync(join(folder, 'out'))).toBe(false);
  expect(beside().every(isLeftoverName)).toBe(true);
  await output.publish();
  expect(beside()).toEqual(['out']);
  expect(readdirSync(join(folder, 'out')).sort()).toEqual([index, 'part0.safetensors', 'rank_0']);
  expect(statSync(join(folder, 'out/rank_0/net.safetensors')).size).toBe(16);
});

test('parents that do not exist are made, and removed again when nothing comes of it', async () => {
  const plan = planOf(['a.safetensors']);
  const output = await open(plan, { out: join(folder, 'x/y/out') });
  expect(existsSync(join(folder, 'x/y'))).toBe(true);
  await output.discard();
  expect(beside()).toEqual([]);
});

test('an empty folder is taken, with its mode; one with content only when overwriting is allowed', async () => {
  mkdirSync(join(folder, 'out'));
  chmodSync(join(folder, 'out'), 0o2770);
  await write(planOf(['a.safetensors']));
  expect(statSync(join(folder, 'out')).mode & 0o7777).toBe(0o2770);
  const fault = await faultOf(open(planOf(['a.safetensors'])));
  expect(fault).toMatchObject({ code: 'OUT_EXISTS', file: join(folder, 'out') });
  expect(fault.message).toContain('holds 2 files');
  expect(beside()).toEqual(['out']);
});

test('overwriting keeps the old output until the end, and then nothing of it', async () => {
  await write(planOf(['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']));
  const plan = planOf(['model-00001-of-00001.safetensors'], { size: 32 });
  const output = await open(plan, { overwrite: true });
  await createFiles(output.temporary, plan.outputs);
  expect(readdirSync(join(folder, 'out'))).toContain('model-00002-of-00002.safetensors');
  await output.publish();
  expect(readdirSync(join(folder, 'out'))).toEqual(['model-00001-of-00001.safetensors']);
  expect(beside()).toEqual(['out']);
});

test('overwriting refuses a folder with anything that no output has, and lists it', async () => {
  for (const name of ['logs', 'rank_0']) mkdirSync(join(folder, 'out', name), { recursive: true });
  const written = ['a.safetensors', 'rank_0/meta.json', index];
  for (const name of [...written, 'tokenizer.json', 'logs/train.log'])
    writeFileSync(join(folder, 'out', name), 'x');
  const fault = await faultOf(open(planOf(['a.safetensors']), { overwrite: true }));
  expect(fault.code).toBe('OUT_EXISTS');
  expect(fault.found?.split(', ').sort()).toEqual(['logs/train.log', 'tokenizer.json']);
  expect(readFileSync(join(folder, 'out/a.safetensors'), 'utf8')).toBe('x');
});

test('content that appears while the job runs is not replaced', async () => {
  const plan = planOf(['a.safetensors']);
  const output = await open(plan);
  await createFiles(output.temporary, plan.outputs);
  mkdirSync(join(folder, 'out'));
  writeFileSync(join(folder, 'out/mine.txt'), 'mine');
  expect((await faultOf(output.publish())).code).toBe('OUT_EXISTS');
  await output.discard();
  expect(readdirSync(join(folder, 'out'))).toEqual(['mine.txt']);
  expect(beside()).toEqual(['out']);
});

test('a file at the output path is refused also with overwrite', async () => {
  writeFileSync(join(folder, 'out'), 'x');
  expect((await faultOf(open(planOf(['a.safetensors']), { overwrite: true }))).code).toBe('OUT_EXISTS');
});

test('the output is written through a symbolic link, which stays, also one to nothing yet', async () => {
  symlinkSync(join(folder, 'real'), join(folder, 'out'));
  await write(planOf(['a.safetensors']));
  expect(lstatSync(join(folder, 'out')).isSymbolicLink()).toBe(true);
  await write(planOf(['b.safetensors']), { overwrite: true });
  expect(lstatSync(join(folder, 'out')).isSymbolicLink()).toBe(true);
  expect(readdirSync(join(folder, 'real')).sort()).toEqual(['b.safetensors', index]);
});

test('too little free space is refused before anything is written, with both numbers', async () => {
  const size = 2 ** 52;
  const fault = await faultOf(open(planOf(['a.safetensors'], { size })));
  expect(fault).toMatchObject({ code: 'OUT_SPACE', expected: `${size + 2} bytes` });
  expect(fault.found).toMatch(/^\d+ bytes$/);
  expect(beside()).toEqual([]);
});

test('a second job for the same output is refused, and says who writes there', async () => {
  const plan = planOf(['a.safetensors']);
  const first = await open(plan);
  const fault = await faultOf(open(plan));
  expect(fault.code).toBe('OUT_BUSY');
  expect(fault.message).toContain(`pid ${process.pid} on host ${hostname()}`);
  expect(existsSync(first.temporary)).toBe(true);
  await (await open(plan, { out: join(folder, 'other') })).discard();
  await first.discard();
  expect(beside()).toEqual([]);
});

function leaveJob(record: object | undefined, pid = 4_194_305): string {
  const name = `.out.shardscope-${pid}-0123456789abcdef`;
  mkdirSync(join(folder, name));
  if (record !== undefined) writeFileSync(join(folder, name, RECORD_NAME), JSON.stringify(record));
  return name;
}

test.each([
  ['a dead process', { pid: 4_194_305, host: hostname(), started: '2026-01-01T00:00:00.000Z' }],
  [
    'a process whose number is used again',
    { pid: process.pid, host: hostname(), started: '2026-01-01T00:00:00.000Z', processStart: '1' },
  ],
])('what a job of %s left is removed by the next run', async (_, record) => {
  leaveJob(record);
  await write(planOf(['a.safetensors']));
  expect(beside()).toEqual(['out']);
});

test('what cannot be told to be dead is left alone: another host is busy, a fresh folder without a record stays', async () => {
  const fresh = leaveJob(undefined);
  await write(planOf(['a.safetensors']));
  expect(beside().sort()).toEqual([fresh, 'out']);
  utimesSync(join(folder, fresh), 1, 1);
  await write(planOf(['a.safetensors']), { overwrite: true });
  expect(beside()).toEqual(['out']);
  // No process of this machine has the number.
  leaveJob({ pid: 4_194_305, host: 'elsewhere', started: '2026-01-01T00:00:00.000Z' });
  const fault = await faultOf(open(planOf(['a.safetensors']), { overwrite: true }));
  expect(fault).toMatchObject({ code: 'OUT_BUSY', found: 'pid 4194305 on elsewhere' });
});

test('of two jobs that begin at once the earlier goes on', async () => {
  const later = leaveJob({ pid: process.pid, host: hostname(), started: '2999-01-01T00:00:00.000Z' });
  await write(planOf(['a.safetensors']));
  expect(beside().sort()).toEqual([later, 'out']);
});

test('a record that is a pipe is none, and not waited for', async (context) => {
  needs(context, 'named pipes');
  const name = leaveJob(undefined);
  execFileSync('mkfifo', [join(folder, name, RECORD_NAME)]);
  utimesSync(join(folder, name), 1, 1);
  await write(planOf(['a.safetensors']));
  expect(beside()).toEqual(['out']);
});

test('an old output that was left aside between two renames gets its name back', async () => {
  await write(planOf(['old.safetensors']));
  renameSync(join(folder, 'out'), join(folder, '.out.shardscope-old-0123456789abcdef'));
  expect((await faultOf(open(planOf(['new.safetensors'])))).code).toBe('OUT_EXISTS');
  expect(readdirSync(join(folder, 'out')).sort()).toEqual([index, 'old.safetensors'].sort());
  await write(planOf(['new.safetensors']), { overwrite: true });
  expect(readdirSync(join(folder, 'out')).sort()).toEqual([index, 'new.safetensors'].sort());
  expect(beside()).toEqual(['out']);
});

test('publishing looks into no other folder beside the output', async () => {
  // A folder that cannot be listed, or a million others, are none of the job's business.
  mkdirSync(join(folder, 'other/deep'), { recursive: true });
  utimesSync(join(folder, 'other'), 1, 1);
  const before = statSync(join(folder, 'other')).atimeMs;
  await write(planOf(['a.safetensors']));
  expect(statSync(join(folder, 'other')).atimeMs).toBe(before);
});
