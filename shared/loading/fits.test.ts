import { expect, test } from 'vitest';
import { fitsOf, likelyScenario } from './fits.ts';
import { faultOf } from './sample-loading.ts';
import { completeSummary, rankSummary, type Summary } from './sample-summary.ts';
import type { ScenarioId } from './scenarios.ts';

test('what cannot be loaded at all: a rank alone, a strategy, damaged files', () => {
  const all = (summary: Summary) => new Set(fitsOf(summary).map(({ fault }) => fault?.code));
  expect(all({ ...rankSummary(), path: '/data/run/output/checkpoint/rank_3', ranks: [3] })).toEqual(
    new Set(['CP_NOT_DISTRIBUTED']),
  );
  expect(all({ ...rankSummary(), kind: 'strategy', format: 'none', files: [] })).toEqual(
    new Set(['CP_EMPTY']),
  );
  expect(all(completeSummary({ tensorCount: 0 }))).toEqual(new Set(['CP_EMPTY']));
  const damaged = rankSummary({
    problems: [{ code: 'ST_TRUNCATED', severity: 'error', message: 'cut short', rank: 2 }],
  });
  expect(all(damaged)).toEqual(new Set(['ST_TRUNCATED']));
  expect(likelyScenario(fitsOf(damaged))).toBeUndefined();
});

test('a scenario that only lacks a strategy to come fits; the likely one loads as it is', () => {
  const unknown = completeSummary();
  const { naming: _, ...rest } = unknown;
  expect(faultOf(rest, 'no-shared-disk-sliced')).toMatchObject({ code: 'SG_NOT_FOUND' });
  const fitOf = (summary: Summary, id: ScenarioId) =>
    fitsOf(summary).find(({ scenario }) => scenario.id === id);
  expect(fitOf(rest, 'no-shared-disk-sliced')).not.toHaveProperty('fault');
  expect(fitOf(unknown, 'same-layout')?.fault).toMatchObject({ code: 'CP_NOT_DISTRIBUTED' });
  expect(likelyScenario(fitsOf(unknown))).toBe('one-card');
  expect(likelyScenario(fitsOf(rankSummary()))).toBe('same-layout');
  expect(likelyScenario(fitsOf(rankSummary({ suffix: '1_10' })))).toBe('resume');
});
