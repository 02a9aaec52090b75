import type { Page } from 'playwright/test';
import { parseDocument } from 'yaml';
import { expect } from './support.ts';

export async function showLoading(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByText('How to load it').click();
  await expect(page).toHaveURL(/#\/loading\?/);
}

/** A scenario, whose title may be the beginning of another's. */
export function scenario(page: Page, title: string) {
  return page.getByRole('radio', { name: new RegExp(`^${title}(as it is)?$`) });
}

/** Copies the YAML and reads it as PyYAML does. */
export async function copiedYaml(page: Page, label = 'YAML that loads the weights') {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: `Copy ${label}` }).click();
  const document = parseDocument(await page.evaluate(() => navigator.clipboard.readText()), {
    version: '1.1',
  });
  expect(document.errors).toEqual([]);
  return document.toJS();
}
