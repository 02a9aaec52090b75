import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type Rectangle, screen } from 'electron';
import * as z from 'zod';

/** A window as it is remembered. Its tabs are remembered by its page, under the window's name. */
const storedWindow = z.object({
  name: z.string().regex(/^\d{1,4}$/),
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});
export type StoredWindow = z.output<typeof storedWindow>;

/** More would be a mistake, and each is a process of its own. */
const MOST_WINDOWS = 16;
const stored = z.object({ windows: z.array(storedWindow).max(MOST_WINDOWS) });

/** The windows of the last run, where a display still shows them; none when the file is damaged or not there. */
export function readWindows(): readonly StoredWindow[] {
  try {
    const { windows } = stored.parse(JSON.parse(readFileSync(file(), 'utf8')));
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    return windows.filter((window) => areas.some((area) => overlaps(window, area)));
  } catch {
    return [];
  }
}

/** Beside, always by the same name, then renamed: a full disk leaves the file as it was. */
export function storeWindows(windows: readonly StoredWindow[]): void {
  const beside = `${file()}.new`;
  try {
    writeFileSync(beside, JSON.stringify({ windows: windows.slice(0, MOST_WINDOWS) }));
    renameSync(beside, file());
  } catch {
    // Not worth a word: the next start opens where the one before did.
  }
}

function file(): string {
  return join(app.getPath('userData'), 'windows.json');
}

/** Enough of the window is on the display to take hold of it: 100 pixels each way. */
function overlaps(window: Rectangle, area: Rectangle): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const height = Math.min(window.y + window.height, area.y + area.height) - Math.max(window.y, area.y);
  return width >= 100 && height >= 100;
}
