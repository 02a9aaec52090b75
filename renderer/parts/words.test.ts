import { afterEach, expect, test } from 'vitest';
import { shortPaths } from '../frame/short-paths.ts';
import { jobWords, ofBytes } from '../jobs/job-words.ts';
import { speak } from '../language/t.ts';
import { crumbs, joined } from '../picker/crumbs.ts';
import { doneJob, runningJob, summaryOf } from '../testing/samples.ts';
import { glance } from '../views/summary/glance.ts';
import { sentence } from './sentence.ts';
import { lastPart, listed, newestWhole, share } from './words.ts';

afterEach(() => speak('en'));

test('lists, shares', () => {
  expect(listed(['BF16', 'F32', 'I64'])).toBe('BF16, F32 and I64');
  expect([share(0, 10), share(1, 1000), share(49, 100), share(999, 1000), share(10, 10)]).toEqual([
    '0 %',
    'under 1 %',
    '49 %',
    'over 99 %',
    '100 %',
  ]);
});

test('sentences begin large and end once; names in front keep their letters', () => {
  expect(sentence('rank 3 has no save of step 30')).toBe('Rank 3 has no save of step 30.');
  expect(sentence('model.layers.0 is cut.')).toBe('model.layers.0 is cut.');
  expect(sentence('/data/x does not exist')).toBe('/data/x does not exist.');
  expect(sentence('a\u202eb')).toBe('a\\u202eb.');
});

test('a running job in one line, the unit said once', () => {
  expect(jobWords(runningJob())).toBe('44.0 of 70.9 GiB · 1.9 GiB/s · 14 seconds left');
  expect(ofBytes(512 * 1024 ** 2, 70.9 * 1024 ** 3)).toBe('512.0 MiB of 70.9 GiB');
  expect(jobWords(doneJob())).toBe('1 file, 70.9 GiB, written in 38 seconds and checked.');
});

test('a verified strategy: files, parameters, stages and ranks, as there are no tensors', () => {
  const result = {
    out: '/data/strategy',
    files: Array.from({ length: 8 }, (_, rank) => ({
      path: `/data/strategy/rank_${rank}.ckpt`,
      bytes: 1200,
    })),
    tensors: 0,
    bytes: 9600,
    seconds: 0,
    verified: true,
    warnings: [],
    problems: [],
    strategy: { parameters: 117, stages: [0, 1], devicesPerStage: 4, words: 'dp 2 × mp 2, 2 stages' },
  };
  const job = { ...doneJob(), kind: 'verify', state: 'done', result } as const;
  const lone = {
    ...result,
    files: result.files.slice(0, 1),
    strategy: { parameters: 1, stages: [1], devicesPerStage: 1, words: 'dp 1' },
    problems: [{ code: 'NO_STRATEGY', severity: 'warning', message: 'No stage 0', advice: '' }],
  } as const;
  expect(jobWords(job)).toBe(
    'Checked 8 strategy files, 9.4 KiB read: 117 parameters, stages 0–1, ranks 0–7 (dp 2 × mp 2, 2 stages): all is well.',
  );
  expect(jobWords({ ...job, result: lone })).toBe(
    'Checked 1 strategy file, 9.4 KiB read: 1 parameter, stage 1, rank 1 (dp 1): 1 problem.',
  );
  speak('zh-CN');
  expect(jobWords(job)).toBe(
    '已校验 8 个切分策略文件，读取 9.4 KiB：117 个参数，阶段 0–1，rank 0–7（dp 2 × mp 2、2 个阶段）：全部正常。',
  );
});

test('the strip of the drawing', () => {
  expect(glance(summaryOf()).map(({ value, label }) => [value, label])).toEqual([
    ['7.62 B', 'parameters'],
    ['70.9 GiB', 'once merged; 139.2 GiB here'],
    ['8 ranks', 'dp 2 × mp 4'],
    ['F32, BF16', '56.7 GiB and 14.2 GiB'],
    ['step 20', 'newest on every rank'],
  ]);
  expect(newestWhole(summaryOf())?.step).toBe(20);
});

test('ranks that have the open save, of all: a folder without it counts once', () => {
  for (const ranks of [summaryOf().ranks, [0, 1, 2, 4, 5, 6, 7]]) {
    const { value, label } = glance(summaryOf({ ranks, missingRanks: [3] }))[2] ?? {};
    expect(`${value}, ${label}`).toBe('7 of 8 ranks, 1 missing');
  }
});

test('a strategy by itself tells ranks and stages, and no sizes', () => {
  expect(glance(summaryOf({ kind: 'strategy' })).map(({ value }) => value)).toEqual([
    '8 ranks',
    '1 stage',
    '1,150',
    '8 files',
  ]);
});

test('without a strategy nothing is promised about the merged size', () => {
  const { strategy: _, ...rest } = summaryOf({ countsAreWhole: false, missingRanks: [8, 9] });
  const values = glance(rest).map(({ value, label }) => `${value} ${label}`);
  expect(values[1]).toBe('139.2 GiB here; the merged size needs a strategy');
  expect(values[2]).toBe('8 of 10 ranks 2 missing');
});

test('paths: last part, short names that differ, steps of a path', () => {
  expect(lastPart('/data/x/')).toBe('x');
  expect(shortPaths(['/a/x/ckpt', '/b/y/ckpt', '/b/z'])).toEqual(['x / ckpt', 'y / ckpt', 'z']);
  expect(shortPaths(['/data/llama3/output', '/data/qwen'])).toEqual(['llama3 / output', 'qwen']);
  expect(crumbs('/data/a/b', ['/data']).map((crumb) => crumb.path)).toEqual([
    '/data',
    '/data/a',
    '/data/a/b',
  ]);
  expect(crumbs('/tmp', []).map((crumb) => crumb.path)).toEqual(['/', '/tmp']);
  expect(crumbs('C:\\data\\x', []).map((crumb) => crumb.path)).toEqual(['C:\\', 'C:\\data', 'C:\\data\\x']);
  expect(joined('/data', 'merged')).toBe('/data/merged');
});
