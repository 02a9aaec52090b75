import { join } from 'node:path';
import { writeStatedShapes } from '../stated-shapes.ts';
import { showStrategy } from './strategy-view.ts';
import { expect, FIXTURES, test } from './support.ts';

test.use({ fixture: 'dp2_mp2_pp2/strategy' });

test('a strategy alone that says the shapes of slices is drawn in rows and columns', async ({
  page,
  host,
}) => {
  const path = join(host.scratch, 'inference.json');
  writeStatedShapes(join(FIXTURES, 'dp2_mp2_pp2'), path);
  await page.goto(`${host.url}#/strategy?path=${encodeURIComponent(path)}`);
  const { drawn, side } = await showStrategy(page);
  await expect(side).toContainText('lm_head.weight');
  await expect(side).toContainText('Shape48 × 16');
  await expect(drawn).toContainText('The tensor, 48 × 16');
  await drawn.getByRole('button', { name: 'rank 5 slice 2 of 2' }).hover();
  await expect(drawn).toContainText('Rank 5 holds rows 24–47 and all 16 columns, because');
});
