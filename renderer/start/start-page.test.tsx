// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { DesktopBridge } from '../../shared/desktop.ts';
import { fault, ShardscopeError } from '../../shared/errors.ts';
import { ADVICE } from '../../shared/safetensors/faults.ts';
import { App } from '../app.tsx';
import { activeTab } from '../store/tabs.ts';
import { createWorkspace } from '../store/workspace.ts';
import { giveSizes, sampleClient } from '../testing/render-app.tsx';
import { summaryOf } from '../testing/samples.ts';

afterEach(cleanup);

async function renderStart(client = sampleClient(), desktop?: DesktopBridge) {
  giveSizes();
  const workspace = createWorkspace(client);
  const { store } = activeTab(workspace.getState());
  await workspace.getState().loadInfo();
  render(<App workspace={workspace} desktop={desktop} env="test" />);
  return { client, workspace, store };
}

function bridge(part: Partial<DesktopBridge>): DesktopBridge {
  return {
    platform: 'linux',
    connect: () => ({ send: () => {}, close: () => {} }),
    pickFolder: async () => null,
    pickFile: async () => null,
    pickOutput: async () => null,
    pathForFile: async () => null,
    revealOutput: async () => {},
    speak: () => {},
    onOpen: () => () => {},
    ...part,
  };
}

test('a refused path is explained, and can be dismissed', async () => {
  const client = sampleClient();
  client.answer({
    'checkpoint.open': () => {
      throw new ShardscopeError(
        fault('ST_TRUNCATED', 'the file ends 12 bytes early', 'Copy it again.', {
          file: '/data/x/a.safetensors',
        }),
      );
    },
  });
  await renderStart(client);
  fireEvent.change(screen.getByRole('textbox', { name: 'Path on the host' }), {
    target: { value: '/data/x' },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Open' }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe(
    'The file ends 12 bytes early.Copy it again.File/data/x/a.safetensorsLook at the file',
  );
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByRole('alert')).toBeNull();
});

test('a damaged file is looked at among the files; what is whole of a cut one can be written', async () => {
  const client = sampleClient();
  const path = '/data/x/a.safetensors';
  const refuseOne = (advice: string) =>
    client.answer({
      'checkpoint.open': ({ damaged }) => {
        if (damaged) return summaryOf({ path, kind: 'file', actions: ['salvage'] });
        throw new ShardscopeError(fault('ST_TRUNCATED', 'it ends early', advice, { file: path }));
      },
      'files.list': () => ({ files: [], truncated: false }),
    });
  refuseOne(ADVICE.damaged);
  const { store } = await renderStart(client);
  await act(() => store.getState().open({ path }));
  expect(screen.queryByRole('button', { name: /Write what is left/ })).toBeNull();
  refuseOne(ADVICE.cut);
  await act(() => store.getState().open({ path }));
  fireEvent.click(screen.getByRole('button', { name: 'Write what is left…' }));
  await waitFor(() => expect(store.getState().draft).toMatchObject({ job: 'salvage', path }));
  expect(store.getState()).toMatchObject({ view: 'files', opened: { path, damaged: true } });
  expect(client.inputsOf('checkpoint.open').at(-1)).toEqual({ path, damaged: true });
  // Read again, as after a change on disk, it is still one to look at.
  await act(() => store.getState().reopen());
  expect(client.inputsOf('checkpoint.open').at(-1)).toEqual({ path, damaged: true });
});

test('what is no weight file has no file to look at', async () => {
  const client = sampleClient();
  client.answer({
    'checkpoint.open': () => {
      throw new ShardscopeError(
        fault('CP_UNKNOWN_KIND', 'no checkpoint', 'Open another.', { file: '/data/x' }),
      );
    },
  });
  const { store } = await renderStart(client);
  await act(() => store.getState().open({ path: '/data/x' }));
  expect(screen.getByRole('alert')).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Look at the file' })).toBeNull();
});

test('a long opening shows files read of all and can be cancelled; a short one shows nothing', async () => {
  const client = sampleClient();
  client.answer({ 'checkpoint.open': () => new Promise(() => {}) });
  const { store } = await renderStart(client);
  void store.getState().open({ path: '/data/big' });
  client.emit({ type: 'opening', path: '/data/big', filesRead: 3, filesTotal: 4096 });
  expect(screen.queryByText(/Opening big/)).toBeNull();
  expect(await screen.findByText('Opening big: 3 of 4,096 files')).toBeDefined();
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByText(/Opening big/)).toBeNull());
});

test('recent folders open by a click and can be forgotten', async () => {
  const client = sampleClient();
  client.answer({
    'recent.remove': () => {
      client.emit({ type: 'recent', recent: [] });
      return null;
    },
  });
  const { workspace } = await renderStart(client);
  fireEvent.click(screen.getByRole('button', { name: 'Forget /data/llama3' }));
  await waitFor(() => expect(workspace.getState().recent).toEqual([]));
  expect(client.inputsOf('recent.remove')).toEqual([{ path: '/data/llama3' }]);
});

test('the desktop asks with its own dialogs, and opens what is dropped', async () => {
  const pickFolder = vi.fn(async () => '/data/picked');
  const { store } = await renderStart(
    sampleClient(),
    bridge({ pickFolder, pathForFile: async () => '/data/dropped' }),
  );
  expect(screen.queryByRole('textbox', { name: 'Path on the host' })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Open a folder…' }));
  await waitFor(() => expect(store.getState().checkpoint?.path).toBe('/data/picked'));
  store.getState().closeCheckpoint();
  const start = await screen.findByRole('button', { name: 'Open a folder…' });
  fireEvent.drop(start, { dataTransfer: { files: [new File([], 'x')], types: ['Files'] } });
  await waitFor(() => expect(store.getState().checkpoint?.path).toBe('/data/dropped'));
});
