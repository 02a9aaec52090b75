// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { activeTab } from '../store/tabs.ts';
import { createWorkspace, useWorkspace, WorkspaceProvider } from '../store/workspace.ts';
import { sampleClient } from '../testing/render-app.tsx';
import { useTabNames } from './use-tab-names.ts';

afterEach(cleanup);

function Names({ onDraw }: { readonly onDraw: () => void }) {
  onDraw();
  const names = useTabNames(useWorkspace((state) => state.tabs));
  return names.map(({ name, path }) => <p key={name}>{`${name}: ${path}`}</p>);
}

test('names are drawn again where one is another, not for every tensor that is chosen', async () => {
  const workspace = createWorkspace(sampleClient());
  const { store } = activeTab(workspace.getState());
  let drawn = 0;
  render(
    <WorkspaceProvider value={workspace}>
      <Names onDraw={() => drawn++} />
    </WorkspaceProvider>,
  );
  await act(() => store.getState().open({ path: '/data/llama' }));
  expect(screen.getByText('llama: /data/llama')).toBeDefined();
  const before = drawn;
  act(() => store.getState().selectName('model.norm.weight'));
  act(() => store.getState().showValues({ rank: 3 }));
  expect(drawn).toBe(before);
  await act(() => store.getState().open({ path: '/other/llama' }));
  expect(screen.getByText('llama: /other/llama')).toBeDefined();
});
