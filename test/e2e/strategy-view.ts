import type { Locator, Page } from 'playwright/test';

/** Opens the strategy view; gives the table of layouts and the side panel. */
export async function showStrategy(page: Page) {
  await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: /^Strategy/ })
    .click();
  return {
    table: page.getByRole('treegrid', { name: 'Layouts' }),
    drawn: page.getByLabel('The layout drawn'),
    side: page.getByLabel('Selection', { exact: true }),
  };
}

export async function rowsOf(table: Locator): Promise<string[]> {
  const rows = await table.locator('tbody').getByRole('row').allInnerTexts();
  return rows.map((row) => row.replace(/\s+/g, ' ').trim());
}
