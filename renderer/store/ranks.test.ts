import { expect, test } from 'vitest';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import { sampleClient } from '../testing/render-app.tsx';
import { summaryOf } from '../testing/samples.ts';
import { tabStore } from '../testing/tab-store.ts';

const { strategy, ...withoutStrategy } = summaryOf();

/** Where the cursor goes for each of the ranks 0 to 7. */
async function columnsOf(summary: Partial<CheckpointSummary>): Promise<(number | undefined)[]> {
  const client = sampleClient();
  client.answer({
    'checkpoint.open': ({ path }) => ({ ...withoutStrategy, path, ...summary }),
    // Nothing of the matrix is there yet: where a rank is follows from the summary alone.
    'ranks.page': () => new Promise(() => {}),
  });
  const store = tabStore(client);
  await store.getState().open({ path: '/data/x' });
  const columns: (number | undefined)[] = [];
  for (let rank = 0; rank < 8; rank++) {
    store.setState({ matrixCursor: { row: 0, column: -1 } });
    columns.push((await store.getState().seekInMatrix(undefined, rank))?.column);
  }
  return columns;
}

test('a rank that the strategy names has its one column, whether its folder, its save or nothing lacks', async () => {
  const all = [0, 1, 2, 3, 4, 5, 6, 7];
  const given = { ...(strategy && { strategy }) };
  expect(await columnsOf(given)).toEqual(all);
  expect(await columnsOf({ ...given, missingRanks: [3] })).toEqual(all);
  expect(await columnsOf({ ...given, ranks: all.toSpliced(3, 1), missingRanks: [3] })).toEqual(all);
});

test('without a strategy nothing is known of a rank that the save lacks: it has no column', async () => {
  const columns = [0, 1, 2, undefined, 3, 4, 5, 6];
  expect(await columnsOf({ missingRanks: [3] })).toEqual(columns);
  expect(await columnsOf({ ranks: [0, 1, 2, 4, 5, 6, 7], missingRanks: [3] })).toEqual(columns);
});
