import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium as playwright } from 'playwright';
import { sandboxArguments } from '../electron/cli/browser.ts';
import { buildIfNeeded } from './build.ts';
import { removeFolder } from './bundles.ts';
import { chromium } from './chromium.ts';
import { makeGallery } from './gallery/gallery.ts';

/** `npm run screenshots [-- --only ranks]`: the README's picture, and the gallery of every view (`docs/gallery.md`). */
const { values: options } = parseArgs({ options: { only: { type: 'string', default: '' } } });
await buildIfNeeded();
// The paths are in the pictures, so they have no random part.
const folder = join(tmpdir(), 'shardscope');
await removeFolder(folder);
const browser = await playwright.launch({ executablePath: await chromium(), args: sandboxArguments() });
try {
  await makeGallery(browser, folder, options.only);
} finally {
  await browser.close();
  await removeFolder(folder);
}
