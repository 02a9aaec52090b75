import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import { combineStrategies, isMerged, mergeStrategyFiles, type NamedStrategy } from './combine.ts';
import { readStrategyFile } from './read.ts';
import type { Layout, StrategyFile } from './strategy.ts';
import { writeStrategyJson, writeStrategyProtobuf } from './write.ts';

const FIXTURES = 'test/fixtures';

function read(path: string): NamedStrategy {
  return { name: path, file: readStrategyFile(readFileSync(join(FIXTURES, path))) };
}

function folder(path: string): NamedStrategy[] {
  return readdirSync(join(FIXTURES, path)).map((name) => read(join(path, name)));
}

function layout(deviceMatrix = [2, 2], tensorMap = [[0], [-1]]): Layout {
  const none = { optShardStep: 0, optShardSize: 0, paramSplitShape: [], indicesOffset: [], field: 0 };
  return { deviceMatrix, tensorMap, ...none };
}

/** `layouts`: names, or names with layouts; `stages`: one operator each. */
function named(
  name: string,
  currentStage: number,
  stages: number[],
  layouts: (string | [string, Layout])[],
): NamedStrategy {
  const file: StrategyFile = {
    currentStage,
    items: stages.map((stage, i) => ({ node: `node${stage}.${i}`, stage, strategies: [[2]] })),
    layouts: new Map(layouts.map((entry) => (typeof entry === 'string' ? [entry, layout()] : entry))),
  };
  return { name, file };
}

const names = (files: readonly NamedStrategy[]) =>
  combineStrategies(files).stages.map((stage) => [...stage.keys()]);

const sources = readdirSync(FIXTURES).filter((name) => /^dp\d/.test(name));

describe.each(sources)('MindSpore %s', (source) => {
  const merged = read(`${source}/merged_ckpt_strategy.ckpt`);
  const ranks = folder(`${source}/strategy`);

  test('rank files and the merged file say the same', () => {
    const fromRanks = combineStrategies(ranks);
    const fromMerged = combineStrategies([merged]);
    expect(fromRanks.devicesPerStage).toBe(source.includes('pp2') ? 4 : 8);
    expect(fromRanks.stages.length).toBe(source.includes('pp2') ? 2 : 1);
    expect(fromMerged).toEqual(fromRanks);
    expect(ranks.some(({ file }) => isMerged(file))).toBe(false);
    expect(isMerged(merged.file)).toBe(true);
  });

  test('merging gives the bytes of merge_pipeline_strategys', () => {
    // MindSpore takes the files as the directory lists them; here the stages are in order.
    const bytes = writeStrategyProtobuf(mergeStrategyFiles(ranks));
    expect(Buffer.compare(bytes, readFileSync(join(FIXTURES, merged.name)))).toBe(0);
  });

  test('an old merged file among them is skipped, alone it is used', () => {
    const old = { name: 'old.ckpt', file: mergeStrategyFiles(folder('dp2_mp4/strategy')) };
    expect(combineStrategies([old, ...ranks])).toEqual(combineStrategies(ranks));
    expect(mergeStrategyFiles([...ranks, old])).toEqual(merged.file);
    expect(mergeStrategyFiles([merged])).toBe(merged.file);
  });
});

test('merging JSON gives the data of merge_pipeline_strategys', () => {
  const ranks = folder('dp2_mp2_pp2/strategy_json');
  const text = readFileSync(join(FIXTURES, 'dp2_mp2_pp2/merged_strategy.json'), 'utf8');
  expect(JSON.parse(writeStrategyJson(mergeStrategyFiles(ranks)))).toEqual(JSON.parse(text));
  // MindSpore met the stages in the other order: in that order the text is the same, too.
  expect(writeStrategyJson(mergeStrategyFiles(ranks.toReversed())).replaceAll(' ', '')).toBe(
    text.replaceAll(' ', ''),
  );
});

test('one file a stage is enough, in any order', () => {
  const [first] = folder('dp2_mp2_pp2/strategy');
  const last = folder('dp2_mp2_pp2/strategy').at(-1);
  if (first === undefined || last === undefined) throw new Error('no fixtures');
  expect(combineStrategies([last, first])).toEqual(combineStrategies(folder('dp2_mp2_pp2/strategy')));
});

test('a parameter may be in several stages, with other layouts', () => {
  const files = [
    named('s0', 0, [0], ['embedding', 'a']),
    named('s1', 1, [1], [['embedding', layout([4], [[-1], [0]])], 'b']),
  ];
  const { stages, devicesPerStage } = combineStrategies(files);
  expect(devicesPerStage).toBe(4);
  expect(stages[0]?.get('embedding')?.deviceMatrix).toEqual([2, 2]);
  expect(stages[1]?.get('embedding')?.deviceMatrix).toEqual([4]);
  expect([...mergeStrategyFiles(files).layouts.keys()]).toEqual(['0-embedding', '0-a', '1-embedding', '1-b']);
});

describe('the stage of a file', () => {
  test('is that of its first operator, else what the file says', () => {
    expect(names([named('x', 0, [1], ['b']), named('y', 5, [0], ['a'])])).toEqual([['a'], ['b']]);
    expect(names([named('x', 1, [], ['b']), named('y', 0, [], ['a'])])).toEqual([['a'], ['b']]);
  });
});

describe('merged or not', () => {
  test('a prefix is split off at the first dash only', () => {
    expect(names([named('m', 1, [0, 1], ['0-a-b', '0-0-a-b', '1-w', '1--', '1-'])])).toEqual([
      ['a-b', '0-a-b'],
      ['w', '-', ''],
    ]);
  });

  test('names that look like prefixes stay in a file of one stage', () => {
    expect(names([named('r', 0, [0], ['0-a-b', '1-a-b'])])).toEqual([['0-a-b', '1-a-b']]);
    expect(names([named('r', 0, [0], ['0-a-b'])])).toEqual([['0-a-b']]);
    expect(names([named('r', 0, [], ['0-a-b'])])).toEqual([['0-a-b']]);
    expect(names([named('r0', 0, [0], ['w']), named('r4', 1, [1], ['0-w', '2-w'])])).toEqual([
      ['w'],
      ['0-w', '2-w'],
    ]);
  });

  test('one name without a prefix: not merged', () => {
    expect(names([named('r', 0, [0], ['0-a', 'w-1', '-3'])])).toEqual([['0-a', 'w-1', '-3']]);
    expect(names([named('r', 0, [0], ['00-a', '01-b'])])).toEqual([['00-a', '01-b']]);
  });

  test('merged files of one stage, and of others than MindSpore', () => {
    expect(names([named('m', 1, [0], ['0-a'])])).toEqual([['a']]);
    expect(names([named('m', 1, [], ['0-a'])])).toEqual([['a']]);
    expect(names([named('m', 0, [], ['0-a', '1-b'])])).toEqual([['a'], ['b']]);
    expect(names([named('m', 0, [0, 1], ['0-a', '1-b'])])).toEqual([['a'], ['b']]);
    // In merged JSON an operator of a later stage replaces one of the same name.
    expect(names([named('m', 1, [1], ['0-a', '1-b'])])).toEqual([['a'], ['b']]);
  });
});

describe('refuses', () => {
  test('no files', () => {
    expect(refusal(() => combineStrategies([])).code).toBe('SG_NOT_FOUND');
  });

  test('.json among .ckpt, but not a merged one', () => {
    const files = [named('r0.ckpt', 0, [0], ['a']), named('r1.json', 0, [0], ['a'])];
    expect(refusal(() => combineStrategies(files))).toMatchObject({ code: 'SG_PARSE', file: 'r1.json' });
    expect(names([named('m.json', 1, [0], ['0-a']), named('r0.ckpt', 0, [0], ['a'])])).toEqual([['a']]);
  });

  test('gaps in the stages, naming them', () => {
    const files = [named('a', 0, [0], ['a']), named('b', 0, [2], ['b']), named('c', 0, [4], ['c'])];
    const fault = refusal(() => combineStrategies(files));
    expect(fault).toMatchObject({ code: 'SG_STAGES', expected: 'stages 0 to 4', found: 'stages 0, 2, 4' });
    expect(fault.message).toContain('no layouts for pipeline stages 1, 3; it has stages 0, 2, 4');
    const last = refusal(() => combineStrategies([named('rank_4.ckpt', 1, [1], ['b'])]));
    expect(last.message).toContain('no layouts for pipeline stage 0; it has stage 1');
    const merged = refusal(() => combineStrategies([named('m', 1, [0, 2], ['0-a', '2-b'])]));
    expect(merged.message).toContain('stage 1; it has stages 0, 2');
    const far = refusal(() => combineStrategies([named('m', 1, [], ['0-a', '999999999-b'])]));
    expect(far.message).toContain('stages 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and more');
    expect(refusal(() => mergeStrategyFiles(files)).code).toBe('SG_STAGES');
  });

  test('a gap although a merged file lies there: it is named', () => {
    const files = [named('rank_4.ckpt', 1, [1], ['b']), named('merged.ckpt', 1, [0, 1], ['0-a', '1-b'])];
    expect(refusal(() => combineStrategies(files)).advice).toContain('merged.ckpt');
  });

  test('layouts over other numbers of devices', () => {
    const files = [named('a', 0, [0], ['a']), named('b', 0, [1], [['b', layout([8], [[-1]])]])];
    const fault = refusal(() => combineStrategies(files));
    expect(fault).toMatchObject({
      code: 'SG_DEVICES',
      tensor: 'b',
      expected: '4 devices',
      found: '8 devices',
    });
    expect(fault.message).toContain("'a' (stage 0) out over 4 devices, 'b' (stage 1) over 8");
  });

  test('files of one stage that differ, naming the parameter', () => {
    const other: [string, Layout] = ['b', layout([2, 2], [[1], [-1]])];
    const files = [named('r0', 0, [0], ['a', 'b']), named('r1', 0, [0], ['a', other])];
    const fault = refusal(() => combineStrategies(files));
    expect(fault).toMatchObject({ code: 'SG_LAYOUT', tensor: 'b', file: 'r1' });
    expect(fault.message).toContain('r0 and r1');
    const fewer = [named('r0', 0, [0], ['a']), named('r1', 0, [0], ['a', 'b'])];
    expect(refusal(() => combineStrategies(fewer))).toMatchObject({ code: 'SG_LAYOUT', tensor: 'b' });
    const uneven: [string, Layout] = ['b', { ...layout(), paramSplitShape: [1, 3] }];
    const manual = [named('r0', 0, [0], ['b']), named('r1', 0, [0], [uneven])];
    expect(refusal(() => combineStrategies(manual))).toMatchObject({ code: 'SG_LAYOUT', tensor: 'b' });
  });

  test('two merged files that differ', () => {
    const files = [named('m1', 1, [0], ['0-a']), named('m2', 1, [0], ['0-b'])];
    expect(refusal(() => combineStrategies(files))).toMatchObject({ code: 'SG_LAYOUT', file: 'm2' });
    expect(names([named('m1', 1, [0], ['0-a']), named('m2', 1, [0], ['0-a'])])).toEqual([['a']]);
  });
});
