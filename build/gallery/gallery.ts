import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { ROOT, removeFolder } from '../bundles.ts';
import { startHostProcess } from '../host.ts';
import { Camera, FOLDER, type Shot } from './camera.ts';
import { MORE, PICTURES, STATES } from './pictures.ts';
import { makeSources } from './sources.ts';

/** Views that are shown in high contrast and in Chinese, too. */
const EXTRA_VIEWS = ['summary', 'tensors', 'ranks', 'saves'];

/**
 * Photographs every view in every state, and writes the page that shows them (`docs/gallery.md`); also the README's
 * picture.
 *
 * @param only pictures with this in their names are made anew, the others stay as they are
 */
export async function makeGallery(browser: Browser, folder: string, only: string): Promise<void> {
  const sources = await makeSources(folder);
  const host = await startHostProcess(sources.small, join(folder, 'state'));
  const jobHost = await startHostProcess(sources.small, join(folder, 'state'));
  let failed: readonly string[] = [];
  const text = [
    '# Gallery',
    '',
    'Made by `npm run screenshots`: every view with nothing, little and much to show,',
    'and with something wrong.',
    '',
  ];
  try {
    if (only === '') await removeFolder(FOLDER);
    await mkdir(FOLDER, { recursive: true });
    const camera = new Camera(browser, { quiet: host.url, jobs: jobHost.url }, sources, only);
    failed = camera.failed;
    await camera.readme();
    for (const [view, states] of Object.entries(PICTURES)) {
      text.push(`## ${view.charAt(0).toUpperCase()}${view.slice(1)}`, '');
      for (const state of STATES) {
        const picture = { view, ...states[state] };
        text.push(`**${state}**: ${picture.alt}.`, '');
        text.push(pair(await camera.schemes(`${view}-${state}`, picture)), '');
      }
    }
    text.push('## Dialogs and more', '');
    for (const [name, picture] of Object.entries(MORE)) {
      text.push(`**${name}**: ${picture.alt}.`, '');
      text.push(pair(await camera.schemes(`more-${name}`, picture)), '');
    }
    text.push('## High contrast and Chinese', '');
    for (const view of EXTRA_VIEWS) {
      const states = PICTURES[view];
      if (states) text.push(pair(await camera.extras(`${view}-small`, { view, ...states.small })), '');
    }
  } finally {
    await host.stop();
    await jobHost.stop();
  }
  await writeFile(join(ROOT, 'docs', 'gallery.md'), `${text.join('\n').trimEnd()}\n`);
  if (failed.length > 0) throw new Error(`Some pictures could not be made:\n${failed.join('\n')}`);
}

/** Pictures beside each other. */
function pair(shots: readonly Shot[]): string {
  const images = shots.map(
    ({ file, alt }) => `<img src="gallery/${file}" alt="${alt}" width="${Math.floor(98 / shots.length)}%">`,
  );
  return images.join('\n');
}
