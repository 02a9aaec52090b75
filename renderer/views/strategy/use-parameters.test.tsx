// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { Activity, useEffect } from 'react';
import { afterEach, expect, test } from 'vitest';
import { StoreContext } from '../../store/app-store.ts';
import { sampleClient } from '../../testing/render-app.tsx';
import { tabStore } from '../../testing/tab-store.ts';
import { useParameters } from './use-parameters.ts';

afterEach(cleanup);

function FirstName() {
  const parameters = useParameters();
  // As the table does, for the rows in sight.
  useEffect(() => parameters.need('group', 0), [parameters]);
  return <p>{parameters.at('group', 0)?.name ?? '…'}</p>;
}

test('names that were on their way when the tab was hidden are asked for when it is shown again', async () => {
  const client = sampleClient();
  const page = { parameters: [{ name: 'model.norm.weight', stages: [0], fit: 'fits' as const }], total: 1 };
  client.answer({
    'strategy.parameters': () => new Promise((resolve) => setTimeout(() => resolve(page), 20)),
  });
  const store = tabStore(client);
  await store.getState().open({ path: '/data' });
  const tab = (shown: boolean) => (
    <StoreContext value={store}>
      <Activity mode={shown ? 'visible' : 'hidden'}>
        <FirstName />
      </Activity>
    </StoreContext>
  );
  const { rerender } = render(tab(true));
  rerender(tab(false));
  await new Promise((resolve) => setTimeout(resolve, 60));
  rerender(tab(true));
  expect(await screen.findByText('model.norm.weight')).toBeDefined();
  expect(client.inputsOf('strategy.parameters')).toHaveLength(2);
});
