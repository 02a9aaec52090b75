import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright';
import { sandboxArguments } from '../electron/cli/browser.ts';
import { buildIfNeeded } from './build.ts';
import { ROOT, removeFolder } from './bundles.ts';
import { chromium } from './chromium.ts';
import { startHostProcess } from './host.ts';
import { makeSample } from './sample.ts';

/** `npm run screenshots`: the README's picture, `docs/screenshot.png`, of the app on the sample. */
await buildIfNeeded();
// The path is in the picture, so it has no random part.
const folder = join(tmpdir(), 'shardscope');
await removeFolder(folder);
try {
  const output = await makeSample(folder);
  // A training output is usually in a folder named after its model.
  const model = join(folder, 'llama_small');
  await rename(join(output, '..'), model);
  const host = await startHostProcess(join(model, 'output'), join(folder, 'state'));
  const browser = await playwright.launch({ executablePath: await chromium(), args: sandboxArguments() });
  try {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
    });
    await page.goto(host.url);
    await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click();
    await page.getByRole('textbox', { name: 'Filter tensors' }).fill('!adam');
    await page.getByText('62 of 176').waitFor();
    const row = page.getByRole('treegrid', { name: 'Tensors' }).getByRole('row', { name: /w2/ });
    await row.first().click();
    await page.getByLabel('Selection', { exact: true }).getByText('cut in').first().waitFor();
    await page.screenshot({ path: join(ROOT, 'docs', 'screenshot.png') });
  } finally {
    await browser.close();
    await host.stop();
  }
} finally {
  await removeFolder(folder);
}
