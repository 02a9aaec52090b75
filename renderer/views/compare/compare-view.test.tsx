// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { compareOptions } from '../../../shared/compare/options.ts';
import { fault, ShardscopeError } from '../../../shared/errors.ts';
import type { JobState } from '../../../shared/jobs.ts';
import { renderOpened, sampleClient } from '../../testing/render-app.tsx';
import { doneJob } from '../../testing/samples.ts';

afterEach(cleanup);

const ROW = {
  name: 'model.norm.weight',
  status: 'equal',
  a: { name: 'model.norm.weight', dtype: 'BF16', shape: [8] },
  b: { name: 'model.norm.weight', dtype: 'BF16', shape: [8] },
} as const;

function comparedJob(): JobState {
  const done = doneJob();
  if (done.state !== 'done') throw new Error('the sample is of a job that is done');
  const request = compareOptions.parse({ a: { path: '/data/a' }, b: { path: '/data/b' } });
  const none = { different: 0, shape: 0, dtype: 0, unreadable: 0, 'only-a': 0, 'only-b': 0 };
  const comparison = {
    ...{ request, labels: { a: 'a', b: 'b' }, counts: { ...none, equal: 1 }, equal: true, found: [] },
  };
  return { ...done, kind: 'compare', result: { ...done.result, comparison } };
}

test('rows that could not be had are said to be missing, until they are there', async () => {
  const client = sampleClient();
  client.answer({
    'compare.page': () => {
      throw new ShardscopeError(fault('API_NOT_OPEN', 'the host forgot this comparison', 'Compare again.'));
    },
  });
  const { workspace, store } = await renderOpened(client, 'compare');
  const job = comparedJob();
  act(() => {
    workspace.getState().addJob(job);
    store.getState().showComparison(job);
  });
  expect((await screen.findByRole('alert')).textContent).toContain('The host forgot this comparison.');
  client.answer({
    'compare.page': () => ({ totalRows: 1, tensorCount: 1, offset: 0, rows: [ROW], filterErrors: [] }),
  });
  act(() => store.getState().sortTable('compared', { heading: 'name', descending: true }));
  expect(await screen.findByRole('row', { name: /model\.norm\.weight/ })).toBeDefined();
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});
