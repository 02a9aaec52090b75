import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { expect } from 'playwright/test';
import { ROOT } from '../bundles.ts';
import { PICTURES, type Picture } from './pictures.ts';
import type { Sources } from './sources.ts';

export const FOLDER = join(ROOT, 'docs', 'gallery');
/** Each picture in both. */
const SCHEMES = ['light', 'dark'] as const;
/** WebP at this quality: text stays sharp, and a picture has some 50 kB. */
const QUALITY = 75;
const SIZE = { viewport: { width: 1280, height: 800 } };
/** More of some pictures: high contrast, and the other language. */
const EXTRA = {
  contrast: { contrast: 'more', colorScheme: 'light' },
  'contrast-dark': { contrast: 'more', colorScheme: 'dark' },
  'zh-CN': { locale: 'zh-CN', colorScheme: 'light' },
} as const;

export interface Shot {
  readonly file: string;
  readonly alt: string;
}

/** A picture and the view that it is of. */
type Placed = Picture & { readonly view: string };

/** Photographs places of the app, each in a page of its own. */
export class Camera {
  readonly #browser: Browser;
  readonly #urls: { readonly quiet: string; readonly jobs: string };
  readonly #sources: Sources;
  readonly #only: string;
  /** Pictures that could not be made, and why. */
  readonly failed: string[] = [];

  constructor(browser: Browser, urls: { quiet: string; jobs: string }, sources: Sources, only: string) {
    this.#only = only;
    this.#browser = browser;
    this.#urls = urls;
    this.#sources = sources;
  }

  schemes(name: string, picture: Placed): Promise<Shot[]> {
    return this.#shots(
      name,
      picture,
      Object.fromEntries(SCHEMES.map((colorScheme) => [colorScheme, { colorScheme }])),
    );
  }

  extras(name: string, picture: Placed): Promise<Shot[]> {
    return this.#shots(name, picture, EXTRA);
  }

  async #shots(
    name: string,
    picture: Placed,
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
    picture: Placed,
    options: NonNullable<Parameters<Browser['newPage']>[0]>,
    take: (page: Page) => Promise<Buffer>,
  ): Promise<Buffer> {
    const page = await this.#browser.newPage({ reducedMotion: 'reduce', ...options });
    try {
      await page.goto(`${picture.job ? this.#urls.jobs : this.#urls.quiet}${this.#place(picture)}`);
      // The views of what was opened, or why it was not.
      await page.getByRole('navigation').or(page.getByRole('alert')).first().waitFor({ timeout: 60_000 });
      await settled(page);
      await picture.act?.(page, this.#sources);
      await settled(page);
      return await take(page);
    } finally {
      await page.close();
    }
  }

  #place({ view, of, query = {} }: Placed): string {
    const more = typeof query === 'function' ? query(this.#sources) : query;
    return `#/${view}?${new URLSearchParams({ path: this.#sources[of], ...more })}`;
  }
}

/** What says that something is on its way: a view without its data yet, a table without its rows, a loader. */
const COMING = '[data-coming], [aria-busy="true"], .mantine-Loader-root';
/** How long nothing may be on its way, in milliseconds: one answer is often followed by the next question. */
const QUIET = 500;

/** Waits until everything has come: the checkpoint that is being opened, and what the view asks for. */
async function settled(page: Page): Promise<void> {
  const busy = page.getByText(/^Opening |^正在打开/).or(page.locator(COMING));
  for (let quiet = 0; quiet < QUIET; quiet += 50) {
    if ((await busy.count()) > 0) {
      await expect(busy).toHaveCount(0, { timeout: 180_000 });
      quiet = 0;
    }
    await page.waitForTimeout(50);
  }
}
