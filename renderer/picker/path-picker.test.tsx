// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import type { FolderListing } from '../../shared/host.ts';
import { App } from '../app.tsx';
import { noMemory } from '../memory.ts';
import { activeTab } from '../store/tabs.ts';
import { createWorkspace } from '../store/workspace.ts';
import { giveSizes, sampleClient } from '../testing/render-app.tsx';

afterEach(cleanup);

const FOLDERS: Readonly<Record<string, FolderListing['entries']>> = {
  '/data': [
    { name: 'qwen', path: '/data/qwen', type: 'folder', checkpoint: false },
    { name: 'llama', path: '/data/llama', type: 'folder', checkpoint: true },
    { name: 'w.safetensors', path: '/data/w.safetensors', type: 'file', size: 2048, checkpoint: false },
  ],
  '/data/qwen': [],
};

async function openPicker(memory = noMemory()) {
  giveSizes();
  const client = sampleClient();
  client.answer({
    'folder.list': ({ path = '/data' }) => ({
      path,
      roots: ['/data'],
      ...(path !== '/data' && { parent: '/data' }),
      entries: FOLDERS[path] ?? [],
      truncated: false,
    }),
  });
  const workspace = createWorkspace(client, memory);
  const { store } = activeTab(workspace.getState());
  render(<App workspace={workspace} desktop={undefined} env="test" />);
  fireEvent.click(screen.getByRole('button', { name: 'Browse…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Open a checkpoint' }));
  const list = dialog.getByRole('listbox');
  await waitFor(() => expect(dialog.queryAllByRole('option').length).toBeGreaterThan(0));
  return { client, store, dialog, list, memory };
}

test('walks by keyboard: down, in, up, and opens a checkpoint', async () => {
  const { store, dialog, list, client } = await openPicker();
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  fireEvent.keyDown(list, { key: 'Enter' });
  expect(await dialog.findByText('This folder is empty.')).toBeDefined();
  fireEvent.keyDown(list, { key: 'Backspace' });
  await waitFor(() => expect(dialog.getAllByRole('option')).toHaveLength(3));
  fireEvent.keyDown(list, { key: 'l' });
  await waitFor(() =>
    expect(dialog.getByRole('option', { selected: true }).textContent).toBe('llamacheckpoint'),
  );
  fireEvent.keyDown(list, { key: 'Enter' });
  await waitFor(() => expect(store.getState().checkpoint?.path).toBe('/data/llama'));
  expect(client.inputsOf('checkpoint.open')).toEqual([{ path: '/data/llama' }]);
});

test('remembers where it was', async () => {
  const memory = noMemory();
  const { list, dialog } = await openPicker(memory);
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  fireEvent.keyDown(list, { key: 'ArrowRight' });
  await dialog.findByText('This folder is empty.');
  expect(memory.read('pickerPlace', '')).toBe('/data/qwen');
});

test('a typed path is taken as it is', async () => {
  const { dialog, client } = await openPicker();
  const field = dialog.getByRole('textbox', { name: 'Path' });
  fireEvent.change(field, { target: { value: '/elsewhere/x ' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  await waitFor(() => expect(client.inputsOf('checkpoint.open')).toEqual([{ path: '/elsewhere/x' }]));
});

test('a path that is typed while the folder is read is kept', async () => {
  giveSizes();
  const client = sampleClient();
  let answer: (folder: FolderListing) => void = () => undefined;
  client.answer({ 'folder.list': () => new Promise((resolve) => (answer = resolve)) });
  const workspace = createWorkspace(client, noMemory());
  render(<App workspace={workspace} desktop={undefined} env="test" />);
  fireEvent.click(screen.getByRole('button', { name: 'Browse…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Open a checkpoint' }));
  const field = dialog.getByRole<HTMLInputElement>('textbox', { name: 'Path' });
  fireEvent.change(field, { target: { value: '/elsewhere/x' } });
  answer({ path: '/data', roots: ['/data'], entries: FOLDERS['/data'] ?? [], truncated: false });
  await waitFor(() => expect(dialog.getAllByRole('option')).toHaveLength(3));
  expect(field.value).toBe('/elsewhere/x');
});
