// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { App } from '../app.tsx';
import { noMemory } from '../memory.ts';
import { activeTab } from '../store/tabs.ts';
import { createWorkspace } from '../store/workspace.ts';
import { giveSizes, sampleClient } from '../testing/render-app.tsx';

afterEach(cleanup);

async function renderSettings(memory = noMemory()) {
  giveSizes();
  const client = sampleClient();
  const workspace = createWorkspace(client, memory);
  const { store } = activeTab(workspace.getState());
  await store.getState().open({ path: '/data/qwen2_7b/output' });
  render(<App workspace={workspace} desktop={undefined} env="test" />);
  act(() => workspace.getState().showSettings(true));
  return { store, memory, client, dialog: within(await screen.findByRole('dialog')) };
}

test('the language takes effect at once, is told to the document and is remembered', async () => {
  const { memory, dialog } = await renderSettings();
  expect(document.documentElement.lang).toBe('en');
  fireEvent.click(dialog.getByRole('radio', { name: '简体中文' }));
  expect(await screen.findByRole('dialog', { name: '设置' })).toBeDefined();
  expect(dialog.getAllByRole('radio', { name: '跟随系统' })).toHaveLength(3);
  expect(screen.getByText('没有正在运行的任务')).toBeDefined();
  expect(document.documentElement.lang).toBe('zh-CN');
  cleanup();
  await renderSettings(memory);
  expect(screen.getByRole('dialog', { name: '设置' })).toBeDefined();
});

test('theme and motion are marked on the document', async () => {
  const { dialog } = await renderSettings();
  const root = document.documentElement;
  fireEvent.click(dialog.getByRole('radio', { name: 'Dark' }));
  expect(root.getAttribute('data-mantine-color-scheme')).toBe('dark');
  expect(root.hasAttribute('data-contrast')).toBe(false);
  fireEvent.click(dialog.getByRole('radio', { name: 'High contrast' }));
  expect(root.getAttribute('data-mantine-color-scheme')).toBe('light');
  expect(root.hasAttribute('data-contrast')).toBe(true);
  expect(root.hasAttribute('data-still')).toBe(false);
  fireEvent.click(dialog.getByRole('radio', { name: 'None' }));
  expect(root.hasAttribute('data-still')).toBe(true);
});

test('jobs begin with what is set for them', async () => {
  const { store, client, dialog } = await renderSettings();
  fireEvent.click(dialog.getByRole('checkbox', { name: 'Check the result before it gets its name' }));
  fireEvent.change(dialog.getByRole('textbox', { name: 'Threads' }), { target: { value: '3' } });
  act(() => store.getState().openDraft('merge'));
  expect(client.inputsOf('job.plan').at(-1)).toEqual({
    job: 'merge',
    path: '/data/qwen2_7b/output',
    verify: false,
    threads: 3,
  });
});
