import { expect, test } from 'vitest';
import { sampleClient } from '../testing/render-app.tsx';
import { doneJob, runningJob } from '../testing/samples.ts';
import { createWorkspace } from './workspace.ts';

test('events change a job; a settled one is not woken by a late event', () => {
  const client = sampleClient();
  const store = createWorkspace(client);
  client.emit({ type: 'job', job: runningJob() });
  expect(store.getState().announcement).toBe('Merging step 20 of qwen2_7b: started.');
  client.emit({ type: 'job', job: doneJob() });
  client.emit({ type: 'job', job: runningJob() });
  expect(store.getState().jobs.map((job) => job.state)).toEqual(['done']);
  expect(store.getState().announcement).toBe('Merging step 20 of qwen2_7b: done.');
});

test('a job is told in the language of the window, its folder as it is called', () => {
  const client = sampleClient();
  const store = createWorkspace(client);
  const save = { suffix: '1_20', epoch: 1, step: 20 };
  store.getState().prefer({ language: 'zh-CN' });
  client.emit({
    type: 'job',
    job: { ...runningJob(), subject: { doing: 'merge', folder: 'complete', save } },
  });
  expect(store.getState().announcement).toBe('合并 complete 的 step 20：已开始。');
  store.getState().prefer({ language: 'en' });
});

test('jobs that the host kept are listed newest first, and can be dismissed', async () => {
  const client = sampleClient();
  const older = { ...doneJob(), id: 'b', startedAt: 1 };
  client.answer({ 'jobs.list': () => ({ jobs: [older, doneJob()] }), 'jobs.dismiss': () => null });
  const store = createWorkspace(client);
  await store.getState().loadJobs();
  expect(store.getState().jobs.map((job) => job.id)).toEqual(['a', 'b']);
  await store.getState().dismissJob('a');
  expect(store.getState().jobs.map((job) => job.id)).toEqual(['b']);
  client.emit({ type: 'job-dismissed', job: 'b' });
  expect(store.getState().jobs).toEqual([]);
});
