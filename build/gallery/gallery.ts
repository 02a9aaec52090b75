import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { ROOT, removeFolder } from '../bundles.ts';
import { startHostProcess } from '../host.ts';
import { MORE, PICTURES, type Picture, STATES } from './pictures.ts';
import { makeSources, type Sources } from './sources.ts';

const FOLDER = join(ROOT, 'docs', 'gallery');
/** Each picture in both. */
const SCHEMES = ['light', 'dark'] as const;
/** WebP at this quality: text stays sharp, and a picture has some 50 kB. */
const QUALITY = 80;
const SIZE = { viewport: { width: 1280, height: 800 } };
/** More of some pictures: high contrast, and the other language. */
const EXTRA = {
  contrast: { contrast: 'more', colorScheme: 'light' },
  'contrast-dark': { contrast: 'more', colorScheme: 'dark' },
  'zh-CN': { locale: 'zh-CN', colorScheme: 'light' },
} as const;
const EXTRA_VIEWS = ['summary', 'tensors', 'ranks', 'strategy', 'saves', 'problems'];

interface Shot {
  readonly file: string;
  readonly alt: string;
}

/**
 * Photographs every view in every state, and writes the page that shows them (`docs/gallery.md`); also the README's
 * picture.
 *
 * @param only pictures with this in their names are made anew, the others stay as they are
 */
export async function makeGallery(browser: Browser, folder: string, only: string): Promise<void> {
  const sources = await makeSources(folder);
  const host = await startHostProcess(sources.small, join(folder, 'state'));
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
    const camera = new Camera(browser, host.url, sources, only);
    failed = camera.failed;
    await camera.readme();
    for (const [view, states] of Object.entries(PICTURES)) {
      text.push(`## ${view}`, '');
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

class Camera {
  readonly #browser: Browser;
  readonly #url: string;
  readonly #sources: Sources;
  readonly #only: string;
  /** Pictures that could not be made, and why. */
  readonly failed: string[] = [];

  constructor(browser: Browser, url: string, sources: Sources, only: string) {
    this.#only = only;
    this.#browser = browser;
    this.#url = url;
    this.#sources = sources;
  }

  schemes(name: string, picture: Picture & { view: string }): Promise<Shot[]> {
    return this.#shots(
      name,
      picture,
      Object.fromEntries(SCHEMES.map((colorScheme) => [colorScheme, { colorScheme }])),
    );
  }

  extras(name: string, picture: Picture & { view: string }): Promise<Shot[]> {
    return this.#shots(name, picture, EXTRA);
  }

  async #shots(
    name: string,
    picture: Picture & { view: string },
    looks: Readonly<Record<string, Parameters<Browser['newPage']>[0]>>,
  ): Promise<Shot[]> {
    const shots: Shot[] = [];
    for (const [look, options] of Object.entries(looks)) {
      const file = `${name}-${look}.webp`;
      shots.push({ file, alt: `${picture.alt} (${look})` });
      if (!file.includes(this.#only)) continue;
      console.log(file);
      const photograph = this.#photograph(picture, { ...SIZE, ...options }, async (page) => {
        const session = await page.context().newCDPSession(page);
        const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
        return Buffer.from(data, 'base64');
      });
      try {
        await writeFile(join(FOLDER, file), await photograph);
      } catch (error) {
        this.failed.push(`${file}: ${error instanceof Error ? error.message : error}`);
      }
    }
    return shots;
  }

  /** On top of the README. */
  async readme(): Promise<void> {
    const picture = PICTURES.tensors?.small;
    if (!picture || !'readme'.includes(this.#only)) return;
    const options = { viewport: { width: 1440, height: 900 }, colorScheme: 'light' } as const;
    const path = join(ROOT, 'docs', 'screenshot.png');
    await this.#photograph({ view: 'tensors', ...picture }, options, (page) => page.screenshot({ path }));
  }

  async #photograph(
    picture: Picture & { view: string },
    options: NonNullable<Parameters<Browser['newPage']>[0]>,
    take: (page: Page) => Promise<Buffer>,
  ): Promise<Buffer> {
    const page = await this.#browser.newPage({ reducedMotion: 'reduce', ...options });
    try {
      await page.goto(`${this.#url}${this.#place(picture)}`);
      await settled(page);
      await picture.act?.(page);
      await settled(page);
      return await take(page);
    } finally {
      await page.close();
    }
  }

  #place({ view, of, query = {} }: Picture & { view: string }): string {
    const more = typeof query === 'function' ? query(this.#sources) : query;
    return `#/${view}?${new URLSearchParams({ path: this.#sources[of], ...more })}`;
  }
}

/** Nothing is on its way: neither is a checkpoint being opened nor does a loader turn, for half a second. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('navigation').or(page.getByRole('alert')).first().waitFor({ timeout: 60_000 });
  const busy = page.getByText(/^Opening |^正在打开/).or(page.locator('.mantine-Loader-root'));
  for (let quiet = 0; quiet < 5; quiet = (await busy.count()) === 0 ? quiet + 1 : 0)
    await page.waitForTimeout(100);
}
