// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { renderOpened, sampleClient } from '../testing/render-app.tsx';

afterEach(cleanup);

function press(key: string, held: object = {}): void {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...held });
}

test('g and a letter go to a view; other letters alone run what they say', async () => {
  const { store } = await renderOpened(sampleClient(), 'summary');
  press('g');
  press('t');
  expect(store.getState().view).toBe('tensors');
  press('t');
  expect(store.getState().view).toBe('tensors');
  press('g');
  press('r');
  expect(store.getState().view).toBe('ranks');
  press('c');
  expect(store.getState().compareDialog).toBe(true);
});

test('letters are text in a field, and nothing where they were turned off', async () => {
  const { workspace, store } = await renderOpened(sampleClient(), 'tensors');
  act(() => screen.getByRole('textbox', { name: 'Filter tensors' }).focus());
  press('c');
  expect(store.getState().compareDialog).toBe(false);
  press('b', { ctrlKey: true });
  expect(store.getState().navOpen).toBe(false);
  act(() => (document.activeElement as HTMLElement).blur());
  act(() => workspace.getState().prefer({ plainKeys: false }));
  press('c');
  expect(store.getState().compareDialog).toBe(false);
});

test('the right panel is shown and hidden where there is something to explain in it', async () => {
  const { workspace, store } = await renderOpened(sampleClient(), 'values');
  act(() => workspace.getState().showShortcuts(true));
  const list = within(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' }));
  expect(list.queryByText('Show or hide the right panel')).toBeNull();
  act(() => store.getState().showView('tensors'));
  expect(list.getByText('Show or hide the right panel')).toBeDefined();
  act(() => workspace.getState().showShortcuts(false));
  act(() => store.getState().showView('values'));
  press('i', { ctrlKey: true });
  expect(store.getState().sideOpen).toBe(true);
  act(() => store.getState().showView('tensors'));
  press('i', { ctrlKey: true });
  expect(store.getState().sideOpen).toBe(false);
});

test('the palette has every command, the list of shortcuts each of them that has keys', async () => {
  const { workspace, store } = await renderOpened(sampleClient(), 'tensors');
  act(() => workspace.getState().showShortcuts(true));
  const list = within(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' }));
  expect(list.getByText('Show tensors').parentElement?.textContent).toBe('gtShow tensors');
  expect(list.getByText('Merge into one model').parentElement?.textContent).toBe('mMerge into one model');
  expect(list.getByText('Copy the exact value')).toBeDefined();
  act(() => workspace.getState().showShortcuts(false));
  press('k', { ctrlKey: true });
  const palette = within(await screen.findByRole('dialog', { name: 'Commands' }));
  fireEvent.click(await palette.findByText('Show ranks'));
  await waitFor(() => expect(store.getState().view).toBe('ranks'));
});
