import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * Paths kept, newest first. The windows list the first few; the desktop's may read all of them again, so that the tabs
 * of several windows come back at the next start.
 */
const LIMIT = 100;

const stored = z.object({ recent: z.array(z.string()) });

/**
 * Recently opened paths, kept in `recent.json` of the state folder; in memory only without one. Losing them
 * hurts nobody: a file that cannot be read counts as empty, and one that cannot be written is let be.
 */
export class RecentPaths {
  readonly #file: string | undefined;
  readonly #folder: string | undefined;
  readonly #changed: (paths: readonly string[]) => void;
  #paths: readonly string[] | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** `changed` is told all paths after each change. */
  constructor(stateFolder?: string, changed: (paths: readonly string[]) => void = () => undefined) {
    this.#changed = changed;
    this.#folder = stateFolder;
    this.#file = stateFolder === undefined ? undefined : join(stateFolder, 'recent.json');
  }

  async list(): Promise<readonly string[]> {
    this.#paths ??= await this.#read();
    return this.#paths;
  }

  async add(path: string): Promise<void> {
    const others = (await this.list()).filter((other) => other !== path);
    this.#change([path, ...others].slice(0, LIMIT));
  }

  /** Forgets all paths but those that `keeps` says. */
  async keep(keeps: (path: string) => boolean): Promise<void> {
    this.#change((await this.list()).filter(keeps));
  }

  /** Resolves when everything that changed is on disk, or could not be written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #change(paths: readonly string[]): void {
    this.#paths = paths;
    this.#changed(paths);
    this.#writing = this.#writing.then(() => this.#write(paths)).catch(() => undefined);
  }

  async #read(): Promise<readonly string[]> {
    if (this.#file === undefined) return [];
    try {
      return stored.parse(JSON.parse(await readFile(this.#file, 'utf8'))).recent.slice(0, LIMIT);
    } catch {
      return [];
    }
  }

  /** Beside, then renamed: two windows that write at once leave one whole file. */
  async #write(recent: readonly string[]): Promise<void> {
    if (this.#file === undefined || this.#folder === undefined) return;
    await mkdir(this.#folder, { recursive: true });
    const beside = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      await writeFile(beside, `${JSON.stringify({ recent }, null, 2)}\n`, { mode: 0o600 });
      await rename(beside, this.#file);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }
}
