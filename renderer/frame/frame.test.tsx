// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { renderOpened, sampleClient } from '../testing/render-app.tsx';
import { summaryOf } from '../testing/samples.ts';

afterEach(cleanup);

test('the views of the checkpoint with their counts; the current one is marked', async () => {
  const { store } = await renderOpened(sampleClient(), 'summary');
  const nav = within(screen.getByRole('navigation', { name: 'Views' }));
  expect(nav.getAllByRole('button').map((button) => button.textContent)).toEqual([
    'Summary',
    'Tensors1,155',
    'Ranks8',
    'Values',
    'Strategy1 stage',
    'Redundancy49 %',
    'Training saves3',
    'How to load it',
    'Files0',
    'Problems1',
    'Compare with…',
    'llama3',
    '',
  ]);
  fireEvent.click(nav.getByRole('button', { name: /Problems/ }));
  expect(store.getState().view).toBe('problems');
  expect(nav.getByRole('button', { name: /Problems/ }).getAttribute('aria-current')).toBe('page');
  expect(screen.getByRole('heading', { name: '1 warning' })).toBeDefined();
});

test('an address to a view that does not exist shows the summary', async () => {
  await renderOpened(sampleClient(), 'nowhere');
  expect(screen.getByRole('list', { name: 'At a glance' }).textContent).toContain('7.62 Bparameters');
});

test('another save is one choice away', async () => {
  const { client } = await renderOpened();
  fireEvent.click(screen.getByRole('button', { name: 'step 20 of 10, 20, 30' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: /step 30/ }));
  await waitFor(() =>
    expect(client.inputsOf('checkpoint.open').at(-1)).toEqual({
      path: '/data/qwen2_7b/output',
      fileSuffix: '1_30',
    }),
  );
});

test('only what makes sense here is offered', async () => {
  const client = sampleClient();
  client.answer({ 'checkpoint.open': () => summaryOf({ actions: [], kind: 'complete-huggingface' }) });
  await renderOpened(client);
  expect(screen.queryByRole('button', { name: 'Merge into one model' })).toBeNull();
  expect(screen.getByText('Complete · Hugging Face')).toBeDefined();
});

test('keys: / goes to the filter, ? lists the keys, Ctrl+O opens', async () => {
  const { workspace } = await renderOpened(sampleClient(), 'summary');
  fireEvent.keyDown(document.body, { key: '/' });
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Filter tensors'));
  fireEvent.keyDown(document.activeElement ?? document.body, { key: '?' });
  expect(workspace.getState().shortcutsShown).toBe(false);
  fireEvent.keyDown(document.body, { key: '?' });
  expect(workspace.getState().shortcutsShown).toBe(true);
  act(() => workspace.getState().showShortcuts(false));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  fireEvent.keyDown(document.body, { key: 'o', ctrlKey: true });
  expect(workspace.getState().picking?.purpose).toBe('open');
});

test('a lost connection is said quietly, once it lasts', async () => {
  const { workspace } = await renderOpened();
  act(() => workspace.getState().setConnection('reconnecting'));
  expect(screen.queryByText(/Reconnecting/)).toBeNull();
  expect(await screen.findByText(/Reconnecting to the host/)).toBeDefined();
  act(() => workspace.getState().setConnection('connected'));
  expect(screen.queryByText(/Reconnecting/)).toBeNull();
});
