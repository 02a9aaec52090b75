import { render } from '@testing-library/react';
import { App } from '../app.tsx';
import { activeTab } from '../store/tabs.ts';
import { createWorkspace } from '../store/workspace.ts';
import { type FakeClient, fakeClient } from './fake-client.ts';
import { detailOf, pagesOf, planOf, summaryOf, tensorRow } from './samples.ts';

/** Names as a small model has them. */
export const NAMES = [0, 1, 2].flatMap((layer) =>
  ['attention.wq.weight', 'attention.wo.weight', 'feed_forward.w2.weight'].map(
    (part) => `model.layers.${layer}.${part}`,
  ),
);

/** What happy-dom lacks: it lays nothing out, so every element has the same size, in a window of 1,440 pixels. */
export function giveSizes(): void {
  const { happyDOM } = window as Window & { happyDOM?: { setViewport(size: { width: number }): void } };
  happyDOM?.setViewport({ width: 1440 });
  const size = { offsetWidth: 1000, offsetHeight: 600, clientWidth: 1000, clientHeight: 600 };
  for (const [name, value] of Object.entries(size))
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
}

export function sampleClient(): FakeClient {
  return fakeClient({
    'app.info': () => ({
      version: '0.1.0',
      host: 'test',
      platform: 'linux',
      roots: [],
      readOnly: false,
      recent: ['/data/llama3'],
    }),
    'jobs.list': () => ({ jobs: [] }),
    'checkpoint.open': ({ path }) => summaryOf({ path }),
    'checkpoint.close': () => null,
    'checkpoint.changes': () => new Promise(() => {}),
    'tensors.page': pagesOf(NAMES.map((name) => tensorRow(name))),
    'tensors.names': ({ from = 0, to = NAMES.length - 1 }) => ({ names: NAMES.slice(from, to + 1) }),
    'tensor.detail': ({ name }) => detailOf(name),
    'job.plan': () => planOf(),
  });
}

/** The whole window over a fake client, with a checkpoint open. */
export async function renderOpened(client = sampleClient(), view = 'tensors') {
  giveSizes();
  const workspace = createWorkspace(client);
  const { store } = activeTab(workspace.getState());
  await workspace.getState().loadInfo();
  await store.getState().open({ path: '/data/qwen2_7b/output' });
  store.getState().showView(view);
  const page = render(<App workspace={workspace} desktop={undefined} env="test" />);
  return { ...page, workspace, store, client };
}
