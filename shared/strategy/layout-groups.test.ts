import { expect, test } from 'vitest';
import { buildModel } from '../model.ts';
import { distributedModel, layoutOf, type Stored, weightFile } from '../table/sample-model.ts';
import { layoutParameters, parameterLayout, strategyLayouts } from './layout-groups.ts';
import type { Strategy } from './strategy.ts';

const { model, strategy } = distributedModel(2);
const nothing = buildModel([], { complete: true });

test('parameters with equal layouts are one group, in words', () => {
  const { groups, ...all } = strategyLayouts(model, strategy, '');
  expect(all).toEqual({
    words: 'dp 2 × mp 4',
    stages: 1,
    devicesPerStage: 8,
    parameters: 24,
    matching: 24,
    filterErrors: [],
  });
  expect(groups.map(({ called, words, parameters, first }) => [called, words, parameters, first])).toEqual([
    [
      'wq, tok_embeddings with adam_m, adam_v',
      'rows cut in 4 along mp, copies along dp',
      9,
      'model.layers.0.attention.wq.weight',
    ],
    ['ffn_norm, norm_out with adam_m, adam_v', 'whole on every rank', 9, 'model.layers.0.ffn_norm.weight'],
    [
      'w2 with adam_m, adam_v',
      'columns cut in 4 along mp, copies along dp',
      6,
      'model.layers.0.feed_forward.w2.weight',
    ],
  ]);
  expect(groups.every(({ misfits, absent, stages }) => misfits + absent === 0 && stages.join() === '0')).toBe(
    true,
  );
});

test('the filter is the one of the tensor table', () => {
  const { groups, matching, parameters } = strategyLayouts(model, strategy, 'role:weight layers.1');
  expect([matching, parameters]).toEqual([3, 24]);
  expect(groups.map(({ called, matching: kept }) => [called, kept])).toEqual([
    ['wq', 1],
    ['ffn_norm', 1],
    ['w2', 1],
  ]);
  expect(strategyLayouts(model, strategy, 'size:big').filterErrors).toHaveLength(1);
});

test('the parameters of a group, page by page', () => {
  const [group] = strategyLayouts(model, strategy, '').groups;
  const request = { group: group?.key ?? '', filter: '!adam', offset: 1, limit: 1 };
  expect(layoutParameters(model, strategy, request)).toEqual({
    total: 3,
    parameters: [
      { name: 'model.layers.1.attention.wq.weight', stages: [0], shape: [3584, 3584], fit: 'fits' },
    ],
  });
  expect(() => layoutParameters(model, strategy, { ...request, group: 'x' })).toThrow('no such layout');
});

test('one parameter: layouts with named axes, and how the files agree', () => {
  expect(parameterLayout(model, strategy, 'model.layers.0.feed_forward.w2.weight')).toMatchObject({
    group: '2x4|-1,0|0,0',
    alike: 6,
    layouts: [{ stage: 0, axes: ['dp', 'mp'], layout: { deviceMatrix: [2, 4], tensorMap: [[-1], [0]] } }],
    dtype: 'BF16',
    shape: [3584, 18944],
    stageCount: 1,
    devicesPerStage: 8,
    fits: { state: 'fits', ranks: 8, shapes: [[3584, 4736]] },
  });
  expect(() => parameterLayout(model, strategy, 'global_step')).toThrow('no parameter');
});

test('a strategy alone: no shapes, the filter knows names and stages', () => {
  const stages: Strategy = {
    devicesPerStage: 4,
    stages: [
      new Map([
        ['model.layers.0.wq.weight', layoutOf([2, 2], [0, -1])],
        ['tied', layoutOf([2, 2], [0, -1])],
      ]),
      new Map([
        ['model.layers.1.wq.weight', layoutOf([2, 2], [0, -1])],
        ['tied', layoutOf([2, 2], [-1, 0])],
      ]),
    ],
  };
  const { groups } = strategyLayouts(nothing, stages, '');
  expect(groups.map(({ key, called, words, stages: of }) => [key, called, words, of])).toEqual([
    ['2x2|0,-1|0,0', 'wq', 'rows cut in 2 along mp, copies along dp', [0, 1]],
    [
      '0: 2x2|0,-1|0,0; 1: 2x2|-1,0|0,0',
      'tied',
      'rows cut in 2 along mp, copies along dp in stage 0; columns cut in 2 along mp, copies along dp in stage 1',
      [0, 1],
    ],
  ]);
  expect(strategyLayouts(nothing, stages, 'stage:1 !tied').groups.map(({ first }) => first)).toEqual([
    'model.layers.1.wq.weight',
  ]);
  const parameter = parameterLayout(nothing, stages, 'tied');
  expect(parameter.fits).toEqual({ state: 'alone' });
  expect(parameter.shape).toBeUndefined();
});

test('what does not fit the files is told where it is, and the others fit', () => {
  const layouts: Strategy = {
    devicesPerStage: 2,
    stages: [
      new Map([
        ['a', layoutOf([2], [0, -1])],
        ['b', layoutOf([2], [0, -1])],
        ['c', layoutOf([2], [0, -1])],
        ['d', layoutOf([2], [0, -1])],
        ['gone', layoutOf([2], [0, -1])],
        ['bad', layoutOf([2], [5, -1])],
      ]),
    ],
  };
  const stored = (more: readonly Stored[]): readonly Stored[] => [['a', 'F32', [4, 2]], ...more];
  const files = [
    weightFile(
      '/rank_0/w',
      stored([
        ['b', 'F32', [4, 2]],
        ['c', 'F32', [4]],
        ['d', 'F32', [4, 2]],
      ]),
      0,
    ),
    weightFile(
      '/rank_1/w',
      stored([
        ['b', 'F32', [2, 4]],
        ['c', 'F32', [4]],
      ]),
      1,
    ),
  ];
  const ranks = buildModel(files, { strategy: layouts, complete: false });
  const { groups } = strategyLayouts(ranks, layouts, '');
  const [rows] = groups;
  expect(rows).toMatchObject({ parameters: 5, misfits: 3, absent: 1, first: 'b' });
  expect(rows?.misfit).toMatchObject({ code: 'SG_SHAPE', rank: 1, expected: '[4, 2]', found: '[2, 4]' });
  expect(groups[1]).toMatchObject({ words: 'cannot be used', misfits: 1, misfit: { code: 'SG_LAYOUT' } });
  const fitOf = (name: string) => parameterLayout(ranks, layouts, name).fits;
  expect(fitOf('a')).toEqual({ state: 'fits', ranks: 2, shapes: [[4, 2]] });
  expect(fitOf('c')).toMatchObject({
    state: 'misfit',
    fault: { code: 'SG_SHAPE', expected: '2 dimensions', found: '1 dimensions' },
  });
  expect(fitOf('d')).toMatchObject({ state: 'misfit', fault: { code: 'SG_COVERAGE' } });
  expect(fitOf('gone')).toEqual({ state: 'absent' });
});
