import { expect, test, vi } from 'vitest';
import { fault, ShardscopeError } from '../../shared/errors.ts';
import { sampleClient } from '../testing/render-app.tsx';
import { detailOf, summaryOf } from '../testing/samples.ts';
import { tabStore } from '../testing/tab-store.ts';

const FIRST = 'a'.repeat(32);
const SECOND = 'b'.repeat(32);

/** An engine that lets go of the first handle once the tab has it. */
async function forgotten(reopens: boolean) {
  const client = sampleClient();
  let opened = 0;
  client.answer({
    'checkpoint.open': ({ path }) => {
      opened++;
      if (opened > 1 && !reopens) throw new ShardscopeError(fault('IO_NOT_FOUND', 'it is gone', 'Check it.'));
      return summaryOf({ path, id: opened === 1 ? FIRST : SECOND });
    },
    'tensor.detail': ({ checkpoint, name }) => {
      if (checkpoint === FIRST)
        throw new ShardscopeError(fault('API_NOT_OPEN', 'not open', 'Open it again.'));
      return detailOf(name);
    },
  });
  const store = tabStore(client);
  await store.getState().open({ path: '/data/x' });
  return { client, store };
}

test('a checkpoint that the engine let go of is opened again, once, and asked once more', async () => {
  const { client, store } = await forgotten(true);
  store.getState().showDetail('model.layers.0.attention.wq.weight');
  await vi.waitFor(() => expect(store.getState().detail?.name).toBe('model.layers.0.attention.wq.weight'));
  expect(store.getState().checkpoint?.id).toBe(SECOND);
  expect(store.getState().detailFault).toBeUndefined();
  expect(client.inputsOf('checkpoint.open')).toHaveLength(2);
});

test('where it cannot be, that is said, and what was shown stays', async () => {
  const { store } = await forgotten(false);
  store.getState().showDetail('model.layers.0.attention.wq.weight');
  await vi.waitFor(() => expect(store.getState().openFault?.fault.code).toBe('IO_NOT_FOUND'));
  expect(store.getState().checkpoint?.id).toBe(FIRST);
});
