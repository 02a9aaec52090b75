import type { Locator, Page } from 'playwright/test';
import { REPORT_NAME } from '../../shared/report.ts';
import { expect, expectAccessible } from './support.ts';

/** Opens a conversion from the menu beside the filled button. */
export async function chooseConversion(page: Page, label: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  await page.getByRole('menuitem', { name: label }).click();
  return page.getByRole('dialog');
}

/** The rows of the table of outputs, as "name tensors size"; the report's size goes with the paths in it. */
export async function outputRows(dialog: Locator): Promise<string[]> {
  const rows = dialog.getByRole('row');
  await expect(rows.nth(1)).toBeVisible();
  const cells = await rows.evaluateAll((all) =>
    all.slice(1).map((row) =>
      [...row.querySelectorAll('td')]
        // A name may be cut short, and is whole in its title; a size's title has all its digits.
        .map((cell) => cell.querySelector('[title]:not(data)')?.getAttribute('title') ?? cell.textContent)
        .join(' '),
    ),
  );
  return cells.filter((row) => !row.startsWith(REPORT_NAME));
}

/** Writes to `out` and waits until the job has been done and checked. */
export async function convertTo(page: Page, dialog: Locator, out: string, verb: string): Promise<void> {
  await dialog.getByRole('textbox', { name: 'Into' }).fill(out);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: verb, exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/files?, .* written in .* and checked\./).first()).toBeVisible({
    timeout: 30_000,
  });
}
