import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errno.ts';
import { STRATEGY_FOLDERS } from '../open/find-strategy.ts';
import { rankOfFolder } from '../open/rank-folders.ts';
import { isInRoots } from '../open/read-bytes.ts';

/** Size and modification time of each file by its path. Not the change time: a backup moves it, and no weights. */
export type Stamps = ReadonlyMap<string, string>;

/** What weights, indexes, strategies, metas and configurations are called; logs and graphs are no news. */
const FILES = /^[^.].*\.(safetensors|ckpt|json)$/i;
/** Folders that are opened together with the one they are in. */
const FOLDERS: ReadonlySet<string> = new Set(['checkpoint', 'checkpoint_network', ...STRATEGY_FOLDERS]);
/** `output/checkpoint/rank_0`: a link may lead back to where it is, and would go on for ever. */
const DEEPEST = 3;

/** Requests to the file system under way at once: Node has 4 threads for them, and others wait there too. */
const AT_ONCE = 4;

/**
 * A folder whose names were read longer ago than this since its last change has them still: then looking at the
 * folder's time is enough. Within it, a name could have come in the same tick of a coarse clock (2 s on FAT).
 */
const SETTLED_MS = 2_000;

export interface LookOptions {
  /** Folders and files that are no news, whatever happens there. */
  readonly leaveOut: (path: string) => boolean;
  /** Folders that may be read; none: any. */
  readonly roots: readonly string[];
}

interface Known {
  readonly mtimeMs: number;
  readonly readAt: number;
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * The files that make up what was opened, with their stamps: of the folder, of the rank and strategy folders in it,
 * and of single files elsewhere. The first look reads all names, later ones only those of folders that changed.
 */
export class FolderFiles {
  readonly #root: string;
  readonly #others: readonly string[];
  readonly #leaveOut: (path: string) => boolean;
  readonly #roots: readonly string[];
  #known = new Map<string, Known>();

  constructor(root: string, others: readonly string[], { leaveOut, roots }: LookOptions) {
    this.#root = root;
    this.#others = others;
    this.#leaveOut = leaveOut;
    this.#roots = roots;
  }

  /** undefined when the root is not there; throws when the look itself fails (a drive that does not answer). */
  async look(signal: AbortSignal): Promise<Stamps | undefined> {
    const root = await statOf(this.#root);
    if (root === undefined) return undefined;
    const files = new Set(root.isDirectory() ? [] : [this.#root]);
    const known = new Map<string, Known>();
    let level = root.isDirectory() ? [this.#root] : [];
    for (let depth = 1; level.length > 0 && depth <= DEEPEST; depth++) {
      const next: string[] = [];
      await eachOf(level, signal, async (folder) => {
        const listed = await this.#list(folder);
        if (listed === undefined) return;
        known.set(folder, listed);
        for (const file of listed.files) files.add(file);
        next.push(...listed.folders);
      });
      level = next;
    }
    this.#known = known;
    for (const other of this.#others) files.add(other);
    const stamps = new Map<string, string>();
    await eachOf([...files], signal, async (file) => {
      if (this.#leaveOut(file)) return;
      const found = await statOf(file);
      if (found?.isFile()) stamps.set(file, stampOf(found));
    });
    return stamps;
  }

  async #list(folder: string): Promise<Known | undefined> {
    const found = await statOf(folder);
    if (!found?.isDirectory()) return undefined;
    const mtimeMs = Number(found.mtimeMs);
    const before = this.#known.get(folder);
    if (before?.mtimeMs === mtimeMs && before.readAt - mtimeMs > SETTLED_MS) return before;
    const readAt = Date.now();
    if (!(await isInRoots(folder, this.#roots))) return undefined;
    const files: string[] = [];
    const folders: string[] = [];
    // One that may not be read is looked at again: its time does not say when it may.
    const entries = await readdir(folder, { withFileTypes: true }).catch(unlessGone);
    if (entries === undefined) return undefined;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (this.#leaveOut(path)) continue;
      // A link may lead to a folder, too: looking at it tells.
      if (!entry.isFile() && isOpenedAlong(entry.name)) folders.push(path);
      if (entry.isDirectory() || !FILES.test(entry.name)) continue;
      if (entry.isFile() || (await isInRoots(path, this.#roots))) files.push(path);
    }
    return { mtimeMs, readAt, files, folders };
  }
}

/** The stamp of a source file as it was when its header was read (`identity.ts`). */
export function stampOfIdentity(identity: string): string {
  return identity.split(':').slice(2, 4).join(':');
}

function stampOf({ size, mtimeNs }: BigIntStats): string {
  return `${size}:${mtimeNs}`;
}

function isOpenedAlong(name: string): boolean {
  return rankOfFolder(name) !== undefined || FOLDERS.has(name);
}

const NOT_THERE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM'];

function statOf(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(unlessGone);
}

/** What went away, was never there, or may not be looked at, is an answer; anything else is none. */
function unlessGone(error: unknown): undefined {
  const code = errnoOf(error);
  if (code !== undefined && NOT_THERE.includes(code)) return undefined;
  throw error;
}

async function eachOf<T>(
  all: readonly T[],
  signal: AbortSignal,
  run: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = all.values();
  const work = async () => {
    for (const one of waiting) {
      signal.throwIfAborted();
      await run(one);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
