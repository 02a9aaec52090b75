// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import type { SavedStrategy } from '../../shared/strategy-options.ts';
import { renderOpened, sampleClient } from '../testing/render-app.tsx';
import { planOf, summaryOf } from '../testing/samples.ts';

afterEach(cleanup);

function clientOf(part: Partial<CheckpointSummary>) {
  const client = sampleClient();
  client.answer({ 'checkpoint.open': ({ path }) => summaryOf({ path, ...part }) });
  return client;
}

const complete = { kind: 'complete-mindspore', ranks: [], actions: ['slice', 'rename'] } as const;

const saved: SavedStrategy = {
  out: '/data/strategy_dp2_mp4.ckpt',
  files: [{ path: '/data/strategy_dp2_mp4.ckpt', bytes: 2048 }],
  sourceFiles: 0,
  parameters: 1150,
  warnings: [],
  outExists: false,
  commandLine: 'shardscope strategy write',
};

test('the likely step is the filled button, the others are in the menu beside it', async () => {
  const actions = ['merge', 'reshard', 'dedupe', 'rename', 'convert'] as const;
  await renderOpened(clientOf({ actions, naming: 'mindspore' }), 'summary');
  expect(screen.getByRole('button', { name: 'Merge into one model' })).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Convert' }));
  const items = await screen.findAllByRole('menuitem');
  expect(items.map((item) => item.textContent)).toEqual([
    'Reshard for another strategy…',
    'Remove redundancy…',
    'Convert to Hugging Face names…',
    'Convert to .ckpt…',
    'Save the strategy as one file…',
  ]);
});

test('slicing asks for the strategy before anything is planned', async () => {
  const { client } = await renderOpened(clientOf(complete), 'summary');
  fireEvent.click(screen.getByRole('button', { name: 'Slice for ranks' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Slice into the files of ranks' }));
  const start = dialog.getByRole<HTMLButtonElement>('button', { name: 'Slice' });
  expect(start.disabled).toBe(true);
  expect(client.inputsOf('job.plan')).toEqual([]);
  const field = dialog.getByLabelText('Strategy to cut for');
  fireEvent.change(field, { target: { value: '/data/strategy' } });
  await waitFor(() => expect(start.disabled).toBe(false));
  expect(client.inputsOf('job.plan')).toEqual([
    { job: 'slice', path: '/data/qwen2_7b/output', dstStrategy: '/data/strategy' },
  ]);
});

test('a strategy written for a parallel layout is the one that is cut for', async () => {
  const client = clientOf(complete);
  client.answer({ 'strategy.author': () => saved });
  await renderOpened(client, 'summary');
  fireEvent.click(screen.getByRole('button', { name: 'Slice for ranks' }));
  const dialog = within(await screen.findByRole('dialog'));
  fireEvent.click(dialog.getByRole('button', { name: 'write one for a parallel layout…' }));
  fireEvent.change(dialog.getByLabelText('Data parallel'), { target: { value: '2' } });
  fireEvent.change(dialog.getByLabelText('Model parallel'), { target: { value: '4' } });
  expect(dialog.getByText('= 8 ranks')).toBeDefined();
  const write = dialog.getByRole<HTMLButtonElement>('button', { name: 'Write the strategy' });
  await waitFor(() => expect(write.disabled).toBe(false));
  fireEvent.click(write);
  await waitFor(() => expect(client.inputsOf('job.plan')).toHaveLength(1));
  expect(client.inputsOf('strategy.author').at(-1)).toMatchObject({
    path: '/data/qwen2_7b/output',
    dataParallel: 2,
    modelParallel: 4,
    pipelineStages: 1,
    dryRun: false,
  });
  expect(client.inputsOf('job.plan')[0]).toMatchObject({ dstStrategy: saved.out });
});

test('removing redundancy shows what it saves, restoring what it costs', async () => {
  const client = clientOf({ actions: ['dedupe', 'restore'] });
  const plan = (bytesBefore: number, bytesAfter: number) => () =>
    planOf({ redundancy: { bytesBefore, bytesAfter } });
  client.answer({ 'job.plan': plan(4 * 1024 ** 3, 1024 ** 3) });
  const { store } = await renderOpened(client, 'summary');
  store.getState().openDraft('dedupe');
  const dialog = within(await screen.findByRole('dialog', { name: /^Remove redundancy/ }));
  expect((await dialog.findByText('3.00 GiB')).closest('dd')?.textContent).toBe(
    '1.00 GiB, 3.00 GiB (75 %) saved',
  );
  client.answer({ 'job.plan': plan(1024 ** 3, 4 * 1024 ** 3) });
  store.getState().openDraft('restore');
  const other = within(await screen.findByRole('dialog', { name: /^Restore redundancy/ }));
  expect(await other.findByText(/\(300 %\) more/)).toBeDefined();
});

test('a strategy is saved as one file, and the form follows the name', async () => {
  const client = clientOf({});
  client.answer({ 'strategy.save': ({ form }) => ({ ...saved, out: `/data/merged.${form}` }) });
  const { store } = await renderOpened(client, 'summary');
  store.getState().showStrategyDialog(true);
  const dialog = within(await screen.findByRole('dialog', { name: 'Save the strategy as one file' }));
  const into = await dialog.findByLabelText<HTMLInputElement>('Into');
  expect(into.value).toBe('/data/merged.ckpt');
  fireEvent.change(into, { target: { value: '/data/mine.json' } });
  expect(dialog.getByRole<HTMLInputElement>('radio', { name: 'JSON' }).checked).toBe(true);
  const save = dialog.getByRole<HTMLButtonElement>('button', { name: 'Save' });
  await waitFor(() => expect(save.disabled).toBe(false));
  fireEvent.click(save);
  expect(await dialog.findByRole('button', { name: 'Open it' })).toBeDefined();
  expect(client.inputsOf('strategy.save').at(-1)).toMatchObject({
    path: '/data/qwen2_7b/output/strategy',
    out: '/data/mine.json',
    dryRun: false,
  });
});
