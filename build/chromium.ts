import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findBrowser } from '../electron/cli/browser.ts';

/**
 * A Chromium for the browser tests: the one of SHARDSCOPE_CHROMIUM, Playwright's own, an installed one; where
 * there is none it is installed, by Playwright's download or as the system's package. Throws a sentence.
 */
export async function chromium(): Promise<string> {
  const found = process.env.SHARDSCOPE_CHROMIUM || (await playwrights()) || findBrowser();
  if (found) return found;
  console.log('No Chromium is installed: trying Playwright’s download …');
  if (attempt('npx', ['playwright', 'install', '--with-deps', 'chromium'])) {
    const downloaded = await playwrights();
    if (downloaded) return downloaded;
  }
  if (existsSync('/usr/bin/apt-get')) {
    console.log('That did not work: installing the system’s package chromium …');
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    const apt = (...args: string[]) => {
      const [command = '', ...rest] = [...asRoot, 'apt-get', ...args];
      return attempt(command, rest);
    };
    apt('update', '-q');
    if (apt('install', '-q', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation')) {
      const installed = findBrowser();
      if (installed) return installed;
    }
  }
  throw new Error(
    'The browser tests need a Chromium, and none could be installed. Install one, or name it: SHARDSCOPE_CHROMIUM=/path/to/chromium npm test',
  );
}

async function playwrights(): Promise<string | undefined> {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

function attempt(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit', timeout: 600_000 }).status === 0;
}
