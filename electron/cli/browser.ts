import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Names on PATH, then usual places: Chromium and its relatives can show a page as a window of its own. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
];
const { LOCALAPPDATA = '', PROGRAMFILES = '' } = process.env;
const PLACES: Readonly<Record<string, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    join(PROGRAMFILES, 'Google', 'Chrome', 'Application', 'chrome.exe'),
    join(LOCALAPPDATA, 'Google', 'Chrome', 'Application', 'chrome.exe'),
    join(`${PROGRAMFILES} (x86)`, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
  ],
};

/** An installed Chromium; SHARDSCOPE_CHROMIUM names one to use. */
export function findBrowser(): string | undefined {
  const { SHARDSCOPE_CHROMIUM: named, PATH = '' } = process.env;
  if (named) return named;
  const onPath = NAMES.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)));
  return [...onPath, ...(PLACES[process.platform] ?? [])].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether a window can be shown at all. */
export function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === 'darwin' || process.platform === 'win32' || !!(DISPLAY || WAYLAND_DISPLAY);
}

/** Chromium's sandbox refuses to run as root, as in containers. */
export function sandboxArguments(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/**
 * Shows an address as a window without tabs; undefined when there is no Chromium or no display. Command lines
 * can be read by others, so the address, which holds a token, goes through a file that only the user can read.
 */
export async function openWindow(address: string): Promise<{ readonly closed: Promise<void> } | undefined> {
  const browser = findBrowser();
  if (browser === undefined || !hasDisplay()) return undefined;
  const profile = await mkdtemp(join(tmpdir(), 'shardscope-window-'));
  const start = join(profile, 'start.html');
  await writeFile(start, `<meta http-equiv="refresh" content="0; url=${address}">`, { mode: 0o600 });
  const options = [
    `--app=${pathToFileURL(start)}`,
    `--user-data-dir=${profile}`,
    '--window-size=1440,900',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
  ];
  const window = spawn(browser, [...options, ...sandboxArguments()], { stdio: 'ignore' });
  const closed = new Promise<void>((resolve, reject) => {
    window.on('error', reject);
    window.on('close', () => resolve());
  });
  return { closed: closed.finally(() => rm(profile, { recursive: true, force: true })) };
}
