import {
  appendFileSync,
  closeSync,
  copyFileSync,
  cpSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../shared/checkpoint.ts';
import { asFault } from '../../shared/errors.ts';
import { type JobInput, jobOptions } from '../../shared/job-options.ts';
import { REPORT_NAME } from '../../shared/report.ts';
import { readSafetensorsHeader } from '../../shared/safetensors/open-header.ts';
import { needs } from '../../test/needs.ts';
import { openCheckpoint } from './open/open.ts';
import { run } from './prepare/prepare.ts';
import { pseudoRandom } from './sample-plan.ts';
import { poolAndFolder } from './sample-pool.ts';
import { runVerify } from './verify.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures');
const { pool, folder: scratch } = poolAndFolder();
const merged = join(scratch, 'merged');

async function job(input: JobInput): Promise<void> {
  const options = jobOptions.parse({ fsync: false, ...input });
  await run(await openCheckpoint(options, { pool }), options, {
    pool,
    signal: new AbortController().signal,
    readStrategy: () => Promise.reject(new Error('no other strategy is read')),
    onProgress: () => {},
  });
}

beforeAll(() =>
  job({ job: 'merge', path: join(FIXTURES, 'dp2_mp2_pp2'), maxShardBytes: 40_000, out: merged }),
);

async function verify(path: string) {
  const progress = { bytesDone: 0, bytesTotal: 0 };
  const result = await runVerify(await openCheckpoint({ path }, { pool }), {
    pool,
    signal: new AbortController().signal,
    onProgress: ({ bytesDone, bytesTotal }) => Object.assign(progress, { bytesDone, bytesTotal }),
  });
  return { ...result, progress };
}

/** What verifying says is wrong; an output that cannot even be opened has its fault as the one problem. */
async function wrongWith(path: string): Promise<Pick<Problem, 'code' | 'file' | 'tensor' | 'message'>[]> {
  try {
    return ((await verify(path)).problems ?? []).filter(({ severity }) => severity === 'error');
  } catch (error) {
    return [asFault(error)];
  }
}

function copyOf(name: string): string {
  const folder = join(scratch, name);
  cpSync(merged, folder, { recursive: true });
  return folder;
}

function headerOf(path: string) {
  const bytes = readFileSync(path);
  return readSafetensorsHeader((offset, length) => bytes.subarray(offset, offset + length), bytes.length);
}

function flipBit(path: string, bit: number): void {
  const fd = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, bit >> 3);
  writeSync(fd, Uint8Array.of((byte[0] ?? 0) ^ (1 << (bit & 7))), 0, 1, bit >> 3);
  closeSync(fd);
}

test('an output as the job left it is sound, and all of it is read', async () => {
  const { verified, againstReport, problems, files, progress } = await verify(merged);
  expect({ verified, againstReport, problems }).toEqual({
    verified: true,
    againstReport: true,
    problems: [],
  });
  const sizes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(progress.bytesDone).toBe(sizes + statSync(join(merged, 'param_name_map.json')).size);
  expect(progress.bytesTotal).toBe(progress.bytesDone);
});

test('without a report it is verified as any folder is', async () => {
  const folder = copyOf('no-report');
  rmSync(join(folder, REPORT_NAME));
  expect(await verify(folder)).toMatchObject({ verified: true, problems: [] });
  expect((await verify(folder)).againstReport).toBeUndefined();
});

test('one flipped bit is found, at 100 places of the data and 100 of the headers', async () => {
  const folder = copyOf('bits');
  const names = ['part0.safetensors', 'part1.safetensors', 'part2.safetensors', 'hyper_param.safetensors'];
  const files = names.map((name) => {
    const path = join(folder, name);
    return { path, size: statSync(path).size, header: headerOf(path) };
  });
  const random = pseudoRandom(20260801);
  const below = (limit: number) => new DataView(random(8).buffer).getUint32(2) % limit;
  let found = 0;
  for (let i = 0; i < 200; i++) {
    const file = files[i % files.length];
    if (!file) throw new RangeError('four files');
    const { headerLength, tensors } = file.header;
    const data = i < 100;
    const bit = data ? 8 * headerLength + below(8 * (file.size - headerLength)) : below(8 * headerLength);
    flipBit(file.path, bit);
    const wrong = await wrongWith(folder);
    flipBit(file.path, bit);
    if (wrong.some((problem) => problem.file === file.path)) found++;
    if (!data) continue;
    const hit = tensors.find(
      ({ offset, byteLength }) => bit >= 8 * offset && bit < 8 * (offset + byteLength),
    );
    expect(wrong).toMatchObject([{ code: 'RP_MISMATCH', file: file.path, tensor: hit?.name }]);
  }
  expect(found).toBe(200);
  expect(await wrongWith(folder)).toEqual([]);
});

test('an index that was changed is found', async () => {
  const folder = copyOf('index');
  const path = join(folder, 'param_name_map.json');
  flipBit(path, 8 * readFileSync(path, 'utf8').indexOf('total_size'));
  expect((await wrongWith(folder)).map(({ file }) => file)).toContain(path);
});

const CHANGES: [string, (folder: string) => void, string][] = [
  ['gone', (folder) => rmSync(join(folder, 'hyper_param.safetensors')), 'hyper_param.safetensors'],
  ['cut short', (folder) => truncateSync(join(folder, 'part1.safetensors'), 20_000), 'part1.safetensors'],
  ['longer', (folder) => appendFileSync(join(folder, 'part1.safetensors'), 'x'), 'part1.safetensors'],
  [
    'too many',
    (folder) => copyFileSync(join(folder, 'part0.safetensors'), join(folder, 'part7.safetensors')),
    'part7.safetensors',
  ],
  [
    'another one',
    (folder) => copyFileSync(join(folder, 'part0.safetensors'), join(folder, 'part1.safetensors')),
    'part1.safetensors',
  ],
  [
    'an index of other weights',
    (folder) => writeFileSync(join(folder, 'model.safetensors.index.json'), '{}'),
    'model.safetensors.index.json',
  ],
  [
    'a link to where it was moved',
    (folder) => {
      renameSync(join(folder, 'part1.safetensors'), join(folder, 'elsewhere'));
      symlinkSync('elsewhere', join(folder, 'part1.safetensors'));
    },
    'part1.safetensors',
  ],
  ['no report', (folder) => writeFileSync(join(folder, REPORT_NAME), '{}'), REPORT_NAME],
];

test.each(CHANGES)('a file that is %s is found', async (name, change, file) => {
  const folder = copyOf(name);
  change(folder);
  expect((await wrongWith(folder)).map((problem) => basename(problem.file ?? ''))).toContain(file);
});

test('weights with a name that is not UTF-8 are not the job’s', async (context) => {
  needs(context, 'names that are not UTF-8');
  const folder = copyOf('unnamed');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/x`), Buffer.of(0xff), Buffer.from('.ckpt')]), '');
  const [problem, ...others] = await wrongWith(folder);
  expect(problem).toMatchObject({ code: 'RP_MISMATCH', file: join(folder, 'x\ufffd.ckpt') });
  expect(others).toEqual([]);
});

test('two tensors swapped in their file are both found', async () => {
  const folder = copyOf('swapped');
  const path = join(folder, 'part0.safetensors');
  const bytes = readFileSync(path);
  const { tensors } = headerOf(path);
  const [a, b] = tensors.filter(({ shape, dtype }) => dtype === 'F32' && shape.join() === '16,16');
  if (!a || !b) return expect.unreachable();
  bytes.set(bytes.subarray(a.offset, a.offset + a.byteLength).slice(), b.offset);
  bytes.set(readFileSync(path).subarray(b.offset, b.offset + b.byteLength), a.offset);
  writeFileSync(path, bytes);
  expect((await wrongWith(folder)).map(({ tensor }) => tensor).sort()).toEqual([a.name, b.name].sort());
});

test('what is no weight may lie beside them', async () => {
  const folder = copyOf('tokenizer');
  writeFileSync(join(folder, 'tokenizer.json'), '{}');
  expect(await verify(folder)).toMatchObject({ verified: true, problems: [] });
});

test('without checksums in the report, names, sizes and headers are compared, and that is said', async () => {
  const out = join(scratch, 'unverified');
  await job({ job: 'merge', path: join(FIXTURES, 'dp2_mp4'), verify: false, out });
  const { verified, problems = [] } = await verify(out);
  expect(verified).toBe(true);
  expect(problems).toMatchObject([{ code: 'RP_MISMATCH', severity: 'info' }]);
});

test.each(['dedupe', 'restore', 'convert', 'rename'] as const)('an output of %s is sound', async (name) => {
  const out = join(scratch, name);
  if (name === 'convert')
    await job({ job: name, path: join(FIXTURES, 'dp2_mp4/checkpoint'), to: 'ckpt', crc: true, out });
  else if (name === 'rename')
    await job({ job: name, path: join(FIXTURES, 'hf_llama'), to: 'mindspore', out });
  else await job({ job: name, path: join(FIXTURES, 'dp2_mp2_pp2'), out });
  const { verified, againstReport, problems = [] } = await verify(out);
  expect({ verified, againstReport }).toEqual({ verified: true, againstReport: true });
  expect(problems.filter(({ code }) => code === 'RP_MISMATCH')).toEqual([]);
});
