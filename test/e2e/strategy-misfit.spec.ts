import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf, showStrategy } from './strategy-view.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp4_mp2_opt2', damages: 'strategy-misfit', colorScheme: 'dark' });

test('cuts the slices again; a file that does not fit is marked on its row', async ({ page, host }) => {
  await reshape(join(host.folder, 'checkpoint/rank_3/llama_tiny_rank_3-1_10.safetensors'));
  await page.reload();
  const { table, drawn, side } = await showStrategy(page);
  await expect(table.locator('tbody').getByRole('row')).toHaveCount(3);
  expect((await rowsOf(table))[0]).toContain('1 does not fit: expected [4, 16], found [8, 8]');
  await expect(side).toContainText('Rank 3 does not hold what the layout says.');
  await expect(drawn).toContainText(
    "The strategy gives rank 3 the part [4, 16] of 'model.layers.1.attention.wq.weight' [16, 16], the file has [8, 8].",
  );
  await drawn.getByRole('button', { name: 'rank 2 slice 2 of 4' }).hover();
  await expect(drawn).toContainText(
    'Rank 2 holds rows 4–7 and all 16 columns, because the tensor map [0, -1] cuts dimension 0 along axis mp of the device matrix [dp 4, mp 2], and optimizer sharding cuts dimension 0 again in 2 along axis dp.',
  );
  await expectAccessible(page);
});

/** Another shape of as many elements, said in as many bytes. */
async function reshape(path: string): Promise<void> {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  const tensor = header['model.layers.1.attention.wq.weight'];
  expect(tensor.shape).toEqual([4, 16]);
  tensor.shape = [8, 8];
  bytes.write(JSON.stringify(header).padEnd(length), 8);
  writeFileSync(path, bytes);
}
