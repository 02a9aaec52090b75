import { describe, expect, test } from 'vitest';
import { fault } from '../errors.ts';
import { cellStates, type RankMeta, type SaveState, savesByNames } from './report.ts';
import { resumeOf } from './resume.ts';
import {
  automaticSentence,
  resumeExitCode,
  resumeSentence,
  runsSentence,
  saveProblems,
  sinkSize,
  stepsSentence,
} from './words.ts';

const RANKS = [0, 1, 2, 3];

function save(suffix: string, part: Partial<SaveState> = {}): SaveState {
  const [epoch, step] = suffix.split(/\D+/).filter(Boolean).slice(-2).map(Number);
  return {
    suffix,
    ...(epoch !== undefined && { epoch }),
    ...(step !== undefined && { step }),
    run: 0,
    weightsOnly: false,
    fileName: `llama_rank_0-${suffix}.safetensors`,
    missing: [],
    damaged: [],
    bytes: 100,
    ...part,
  };
}

const meta = (rank: number, epoch: number, step: number, run = ''): RankMeta => ({
  rank,
  epoch,
  step,
  file: `llama_rank_${rank}${run}-${epoch}_${step}.safetensors`,
});

function report(saves: readonly SaveState[], metas: readonly RankMeta[] = []) {
  return { path: '/out', ranks: RANKS, saves, metas, resume: resumeOf(saves, RANKS, metas) };
}

const cut = (rank: number) => ({
  rank,
  fault: fault('ST_TRUNCATED', 'it ends 8 bytes early', 'Copy it again.', { file: `/out/rank_${rank}/x` }),
});

test('every rank has the newest save', () => {
  const all = report(
    [save('1_10'), save('1_20')],
    RANKS.map((rank) => meta(rank, 1, 20)),
  );
  expect(all.resume).toEqual({
    from: '1_20',
    newest: '1_20',
    passedOver: [],
    automatic: { type: 'save', suffix: '1_20', boundBy: 0 },
  });
  expect(resumeSentence(all)).toBe('Training can resume from step 20, the newest save.');
  expect(resumeExitCode(all)).toBe(0);
  expect(saveProblems(all)).toEqual([]);
});

test('a rank lacks the newest save: the one before, and why', () => {
  const one = report(
    [save('1_10'), save('1_20'), save('1_30', { missing: [3] })],
    [0, 1, 2].map((rank) => meta(rank, 1, 30)).concat(meta(3, 1, 20)),
  );
  expect(one.resume).toEqual({
    from: '1_20',
    newest: '1_30',
    passedOver: [{ suffix: '1_30', why: 'rank 3 has no file of it' }],
    automatic: { type: 'save', suffix: '1_20', boundBy: 3 },
  });
  expect(resumeSentence(one)).toBe(
    'Training can resume from step 20 at the latest, not from step 30: rank 3 has no file of it.',
  );
  expect(automaticSentence(one)).toBe(
    'resume_training: True takes step 20 by itself, from the meta.json of each rank.',
  );
  expect(resumeExitCode(one)).toBe(1);
  expect(saveProblems(one)).toMatchObject([
    { code: 'STEPS_DIFFER', rank: 3, advice: expect.stringContaining('redundancy of save 1_30 writes') },
  ]);
});

test('a damaged file is as good as none, and is exit code 3 only where it matters', () => {
  const newest = report([save('1_10'), save('1_20', { damaged: [cut(2)], missing: [1] })]);
  expect(newest.resume.from).toBe('1_10');
  expect(newest.resume.passedOver).toEqual([
    { suffix: '1_20', why: 'rank 1 has no file of it, and the file of rank 2 is damaged' },
  ]);
  expect(resumeExitCode(newest)).toBe(3);
  expect(saveProblems(newest)[0]).toMatchObject({ code: 'ST_TRUNCATED', severity: 'error', rank: 2 });
  const older = report([save('1_10', { damaged: [cut(2)] }), save('1_20')]);
  expect(older.resume.from).toBe('1_20');
  expect(resumeExitCode(older)).toBe(0);
  expect(saveProblems(older)[0]).toMatchObject({ code: 'ST_TRUNCATED', severity: 'warning' });
  const only = report([save('1_20', { damaged: [cut(0), cut(3)] })]);
  expect(resumeSentence(only)).toBe(
    'Training cannot resume from here, not even from step 20: the files of 2 ranks are damaged, first of rank 0.',
  );
  expect(resumeExitCode(only)).toBe(3);
});

test('saves of weights alone are no place to resume from', () => {
  const network = save('network-1_20', { weightsOnly: true, missing: [1] });
  const weights = report([save('1_10'), network]);
  expect(weights.resume).toMatchObject({ from: '1_10', newest: '1_10', passedOver: [] });
  expect(saveProblems(weights)[0]?.message).toBe('Rank 1 has no file of the weights of step 20.');
  const none = report([network]);
  expect(resumeSentence(none)).toContain('hold weights only');
  expect(resumeExitCode(none)).toBe(1);
  expect(resumeSentence(report([]))).toBe('There are no saves here to resume from.');
});

describe('what resume_training: True takes', () => {
  test('no more than the oldest meta.json says', () => {
    const behind = report(
      [save('1_10'), save('1_20')],
      RANKS.map((rank) => meta(rank, 1, rank === 2 ? 10 : 20)),
    );
    expect(behind.resume.automatic).toEqual({ type: 'save', suffix: '1_10', boundBy: 2 });
    expect(automaticSentence(behind)).toBe(
      'resume_training: True takes step 10, because meta.json of rank 2 says nothing newer. Name the save instead: resume_training: llama_rank_0-1_20.safetensors',
    );
  });

  test('each rank its own newest file where one has no meta.json', () => {
    const metas = [0, 1, 3].map((rank) => meta(rank, 1, 20));
    const mixed = report([save('1_10'), save('1_20', { missing: [3] })], metas);
    expect(mixed.resume.automatic).toEqual({ type: 'each-its-own', without: [2], same: false });
    expect(automaticSentence(mixed)).toContain('these are not of one step');
    const same = report([save('1_10'), save('1_20')], metas);
    expect(automaticSentence(same)).toContain('which is step 20 on all of them');
  });

  test('the names of the last run only', () => {
    const again = save('1-1_20', { run: 1 });
    const runs = report(
      [save('1_20'), again, save('1_30')],
      RANKS.map((rank) => meta(rank, 1, 30, '_1')),
    );
    expect(runs.resume.automatic).toMatchObject({ type: 'save', suffix: '1-1_20' });
    expect(runsSentence(runs)).toContain('started again in this folder: _1 behind');
    expect(runsSentence(report([save('1_20')]))).toBeUndefined();
  });
});

test('epoch and step in words', () => {
  const sunk = report([save('2_4'), save('4_4'), save('6_4')]);
  expect(sinkSize(sunk.saves)).toBe(4);
  expect(stepsSentence(sunk)).toContain('Epoch 6 is after 24 steps in total.');
  expect(sinkSize([save('1_10'), save('1_20')])).toBeUndefined();
  expect(sinkSize([save('3_10')])).toBeUndefined();
  expect(stepsSentence(report([save('1_10'), save('1_20')]))).toContain('epoch 1');
  expect(stepsSentence(report([save('1_10'), save('2_5')]))).toContain('within its epoch');
});

test('cells of a save, and what names alone say', () => {
  const state = cellStates(save('1_20', { damaged: [cut(2)], missing: [1] }));
  expect(RANKS.map(state)).toEqual(['whole', 'missing', 'damaged', 'whole']);
  const [named] = savesByNames(
    [{ suffix: '1_20', epoch: 1, step: 20, ranks: [0, 2], whole: false, weightsOnly: false }],
    RANKS,
  );
  expect(named).toMatchObject({ suffix: '1_20', step: 20, missing: [1, 3], damaged: [] });
});
