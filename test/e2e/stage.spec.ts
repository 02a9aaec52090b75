import type { Locator, Page } from 'playwright/test';
import { showStrategy } from './strategy-view.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp2_pp2' });

async function show(page: Page, view: string) {
  await page.getByRole('navigation', { name: 'Views' }).getByText(view, { exact: true }).click();
}

/** Which of eight ranks' headings are marked. */
async function markedRanks(matrix: Locator): Promise<number[]> {
  const headings = matrix.getByRole('columnheader', { name: /^rank \d/ });
  await expect(headings).toHaveCount(8);
  const classes = await headings.evaluateAll((all) => all.map((heading) => heading.className));
  return classes.flatMap((names, rank) => (/marked/.test(names) ? [rank] : []));
}

test('a stage chosen in one view is marked in the others, and stays over reload and back', async ({
  page,
}) => {
  const { table, drawn } = await showStrategy(page);
  const head = drawn.getByRole('button', { name: 'Stage 1, ranks 4–7' });
  await expect(head).toHaveAttribute('aria-pressed', 'false');
  await head.click();
  await expect(head).toHaveAttribute('aria-pressed', 'true');
  const chosen = drawn.getByRole('region', { name: 'Device matrix of stage 1' });
  await expect(chosen).toHaveClass(/chosen/);
  await expect(chosen.getByRole('button', { name: /^rank / })).toContainText([/4/, /5/, /6/, /7/]);
  await expect(page).toHaveURL(/stage=1/);
  await expectAccessible(page);

  // Its tables narrow to it: the embedding is in stage 0, the output layer in stage 1.
  await expect(page.getByText('117 parameters', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Only stage 1' }).click();
  await expect(page.getByText('60 of 117 parameters')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Filter tensors' })).toHaveValue('stage:1');
  await expect(table).not.toContainText('tok_embeddings');
  await expect(table).toContainText('lm_head');

  await show(page, 'Ranks');
  const matrix = page.getByRole('grid', { name: 'Slices of each rank' });
  const stage = matrix.getByRole('button', { name: 'Stage 1', exact: true });
  const headings = matrix.getByRole('columnheader', { name: /^rank \d/ });
  await expect(stage).toHaveAttribute('aria-pressed', 'true');
  await expect(headings).toContainText(['rank 4', 'rank 5', 'rank 6', 'rank 7']);
  await expect(headings).toHaveCount(4);
  await expect(matrix).toHaveAttribute('aria-rowcount', '62');
  await matrix.focus();
  await page.keyboard.press('End');
  await expect(page).toHaveURL(/rank=7/);
  await page.getByRole('button', { name: 'Only stage 1' }).click();
  await expect(matrix).toHaveAttribute('aria-rowcount', '124');
  expect(await markedRanks(matrix)).toEqual([4, 5, 6, 7]);
  // The cursor stays with its rank.
  await expect(matrix).toHaveAttribute('aria-activedescendant', /-7$/);
  await expectAccessible(page);

  await page.reload();
  await expect(stage).toHaveAttribute('aria-pressed', 'true');
  expect(await markedRanks(matrix)).toEqual([4, 5, 6, 7]);
  await page.getByRole('button', { name: 'Only stage 1' }).click();
  await expect(headings).toHaveCount(4);
  await show(page, 'Redundancy');
  const groups = page.getByRole('grid', { name: 'Groups of ranks' });
  await expect(groups.locator('tbody tr').filter({ hasText: '4, 6' })).toHaveClass(/marked/);
  await expect(groups.locator('tbody tr').filter({ hasText: '0, 2' })).not.toHaveClass(/marked/);
  await show(page, 'Tensors');
  await expect(page.getByRole('treegrid', { name: 'Tensors' })).toBeVisible();
  const left = page.getByRole('button', { name: 'Choose no stage' });
  await left.click();
  await expect(left).toBeHidden();
  await expect(page.getByRole('textbox', { name: 'Filter tensors' })).toHaveValue('');
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Only stage 1' })).toHaveAttribute('aria-pressed', 'true');
});

test('by keyboard: from the matrix and the palette; Escape takes it off', async ({ page }) => {
  await show(page, 'Ranks');
  const matrix = page.getByRole('grid', { name: 'Slices of each rank' });
  await expect(matrix).toHaveAttribute('aria-rowcount', '124');
  await matrix.focus();
  await page.keyboard.press('Shift+Space');
  const zero = matrix.getByRole('columnheader', { name: 'Stage 0', exact: true });
  await expect(zero).toHaveAttribute('aria-selected', 'true');
  expect(await markedRanks(matrix)).toEqual([0, 1, 2, 3]);
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Rank 0 is chosen')).toBeHidden();
  await expect(zero).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(zero).toHaveAttribute('aria-selected', 'false');
  expect(await markedRanks(matrix)).toEqual([]);

  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Commands' }).fill('stage 1');
  const found = page.getByRole('dialog', { name: 'Commands' }).getByRole('button', { name: /Stage 1/ });
  await expect(found).toHaveText('Stage 1, ranks 4–7');
  await page.keyboard.press('Enter');
  await expect(matrix.getByRole('columnheader', { name: 'Stage 1', exact: true })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await expect(matrix).toHaveAttribute('aria-activedescendant', /-4$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeHidden();
  await expect(page).toHaveURL(/stage=1/);
});
