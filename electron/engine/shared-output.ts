import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Plan } from '../../shared/plan/plan.ts';
import { REPORT_NAME, type ReportDraft } from '../../shared/report.ts';
import { errnoOf, writeError } from './errno.ts';
import { changesBetween, type Fingerprint, fingerprintId, fingerprintSchema } from './fingerprint.ts';
import { isAbandoned, sharedName, writeRecord } from './job-record.ts';
import { JOURNAL_NAME } from './journal.ts';
import {
  hasLiterals,
  syncFile,
  syncFolder,
  syncTree,
  verifyLiterals,
  writeReport,
  writeTexts,
} from './output-files.ts';
import { isInside, makeWorkFolder, type Place } from './output-place.ts';
import { publish } from './publish.ts';
import { withoutCrc } from './stored-crc.ts';

/** Who works here, in words that a later run compares with its own. */
const FINGERPRINT_NAME = 'shardscope-fingerprint.json';
/** `files` under the name of the one share that publishes, where that is done file by file. */
const PUBLISHING = 'publishing';
/** Renames of a whole output, on a slow drive; one that was killed among them does not hold up others for longer. */
const MAX_PUBLISHING_MS = 5000;
const SHARE_JOURNAL = /^share-[0-9a-f]{16}\.jsonl$/;

/**
 * The folder in which the shares of a split job meet. Its name is made of the output's and of the fingerprint, so
 * that only processes that write the same bytes share one. Each writes in a folder of its own and moves what is
 * finished into `files`, which becomes the output when all is there. Nothing but making folders and files with
 * names of one's own, flushing and renaming: that is atomic on network drives too, and the same twice is harmless.
 */
export class SharedOutput {
  readonly folder: string;
  readonly #place: Place;
  readonly #fingerprint: Fingerprint;
  readonly #fsync: boolean;

  private constructor(folder: string, place: Place, fingerprint: Fingerprint, fsync: boolean) {
    this.folder = folder;
    this.#place = place;
    this.#fingerprint = fingerprint;
    this.#fsync = fsync;
  }

  static async open(place: Place, fingerprint: Fingerprint, fsync: boolean): Promise<SharedOutput> {
    const nameFor = (base: string) => sharedName(base, fingerprintId(fingerprint));
    const made = await makeWorkFolder(place, nameFor, { shared: true });
    const shared = new SharedOutput(made.folder, made.place, fingerprint, fsync);
    try {
      await mkdir(shared.files, { recursive: true });
      await shared.#writeFingerprint();
      await shared.#removeAbandoned();
    } catch (error) {
      throw writeError(error, made.place.target);
    }
    return shared;
  }

  /** Folder that becomes the output. */
  get target(): string {
    return this.#place.target;
  }

  /** Finished files, under the names that they have in the output. */
  get files(): string {
    return join(this.folder, 'files');
  }

  /** Indices of the output files that are there; a file is there only when it is whole. */
  async filesThere(plan: Plan): Promise<Set<number>> {
    const entries = await readdir(this.files, { recursive: true, withFileTypes: true }).catch(() => []);
    const there = new Set(entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name)));
    return new Set([...plan.outputs.keys()].filter((i) => there.has(this.#pathOf(plan, i))));
  }

  #pathOf({ outputs }: Plan, file: number): string {
    return join(this.files, outputs[file]?.path ?? '');
  }

  /** Names of the journals of finished files. */
  async journals(): Promise<string[]> {
    return (await readdir(this.folder).catch(() => [])).filter((name) => SHARE_JOURNAL.test(name));
  }

  async #writeFingerprint(): Promise<void> {
    const path = join(this.folder, FINGERPRINT_NAME);
    await writeFile(path, JSON.stringify(this.#fingerprint), { flag: 'wx' }).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
  }

  /** A folder that only this process writes into. Refuses IO_NOT_FOUND when all was published meanwhile. */
  async makeWork(): Promise<string> {
    const folder = join(this.folder, `work-${process.pid}-${randomBytes(8).toString('hex')}`);
    try {
      await mkdir(folder);
      await writeRecord(folder);
    } catch (error) {
      throw writeError(error, this.#place.target);
    }
    return folder;
  }

  /** Moves finished files of a work folder to where they are seen, their journal first. */
  async deliver(work: string, { outputs }: Plan): Promise<void> {
    const fsync = this.#fsync;
    try {
      const journal = join(work, JOURNAL_NAME);
      if (fsync) await syncFile(journal).catch(() => {});
      const name = `share-${randomBytes(8).toString('hex')}.jsonl`;
      await rename(journal, join(this.folder, name)).catch((error: unknown) => {
        // There is none without verifying.
        if (errnoOf(error) !== 'ENOENT') throw error;
      });
      await this.#moveIn(work, outputs);
      if (fsync) await syncFolder(this.folder);
    } catch (error) {
      throw writeError(error, this.#place.target);
    }
    await rm(work, { recursive: true, force: true });
  }

  async #moveIn(work: string, files: readonly { readonly path: string }[]): Promise<void> {
    const folders = new Set([this.files]);
    for (const { path } of files) {
      // Not recursive: `files` itself is not made again, so that once it is published nobody writes here.
      let at = this.files;
      for (const name of path.split('/').slice(0, -1)) {
        at = join(at, name);
        if (!folders.has(at)) await makeFolder(at);
        folders.add(at);
      }
      await rename(join(work, path), join(this.files, path));
    }
    if (this.#fsync) for (const folder of folders) await syncFolder(folder);
  }

  /** Makes `files` the output, with its texts and its report. Whoever comes second finds nothing to rename, see `isPublished`. */
  async publish(plan: Plan, report: ReportDraft | undefined): Promise<void> {
    const { ino } = await stat(this.files, { bigint: true });
    await verifyLiterals(this.files, plan.outputs.map(withoutCrc));
    const work = await this.makeWork();
    await writeTexts(work, plan.texts, this.#fsync);
    if (report) await writeReport(work, report, this.#fsync);
    await this.#moveIn(work, [...plan.texts, ...(report ? [{ path: REPORT_NAME }] : [])]);
    if (this.#fsync) await syncTree(this.files);
    // Published by another meanwhile, and a share of a new run has made a new one: that is not ours to publish.
    if ((await stat(this.files, { bigint: true })).ino !== ino) throw new Error('published by another share');
    const aside = await this.#publishFiles(plan, report !== undefined);
    // A share that runs a second time may still be writing there: it will find that nothing is left to do.
    const removing = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };
    for (const path of [this.folder, aside]) if (path !== undefined) await rm(path, removing).catch(() => {});
  }

  /** Into a folder that cannot be replaced itself, files go one by one: only who takes all of them first may do that. */
  async #publishFiles(plan: Plan, report: boolean): Promise<string | undefined> {
    const options = { fsync: this.#fsync, report };
    if (!isInside(this.#place)) return publish(plan, this.files, this.#place, options);
    const taken = join(this.folder, PUBLISHING);
    await rename(this.files, taken);
    try {
      return await publish(plan, taken, this.#place, options);
    } catch (error) {
      await rename(taken, this.files).catch(() => {});
      throw error;
    }
  }

  /**
   * Whether another process has made `files` the output. Where this one failed in `publishing`, another may be
   * between two renames: that is waited for, 5 seconds at most.
   */
  async isPublished(plan: Plan, publishing: boolean): Promise<boolean> {
    const deadline = performance.now() + MAX_PUBLISHING_MS;
    for (;;) {
      if (!(await isThere(this.files)) && (await hasLiterals(this.target, plan.outputs))) return true;
      const isComing = publishing || (await isThere(join(this.folder, PUBLISHING)));
      if (!isComing || performance.now() >= deadline) return false;
      await wait(50);
    }
  }

  /** Removes the folder if no work of anybody is in it: none was finished, or all is published. Never throws. */
  async leave(): Promise<void> {
    const names: string[] = await readdir(this.folder).catch(() => []);
    if (names.some((name) => name.startsWith('work-'))) return;
    try {
      if (names.includes('files')) await rmdir(this.files);
      for (const name of names) if (name !== 'files') await rm(join(this.folder, name), { force: true });
      await rmdir(this.folder);
    } catch {
      // Finished files are there, or another share came meanwhile.
    }
  }

  async #removeAbandoned(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      if (name.startsWith('work-') && isAbandoned(path)) await rm(path, { recursive: true, force: true });
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Waits while another process publishes file by file into `target`, 5 seconds at most. */
export async function untilPublished(target: string, fingerprint: Fingerprint): Promise<void> {
  const publishing = join(target, sharedName('', fingerprintId(fingerprint)), PUBLISHING);
  const deadline = performance.now() + MAX_PUBLISHING_MS;
  while (performance.now() < deadline && (await isThere(publishing))) await wait(50);
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
}

/** What split jobs left (or are still writing) for an output, by the id of their fingerprint. */
export async function findShared({ parent, base }: Place): Promise<Map<string, string>> {
  const prefix = sharedName(base, '');
  const names = await readdir(parent).catch(() => []);
  return new Map(
    names
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), join(parent, name)]),
  );
}

/** Says of other split jobs' work for the same output why it cannot be used, in a sentence each. */
export async function notesOnOthers(
  shared: ReadonlyMap<string, string>,
  now: Fingerprint,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const [id, folder] of shared) {
    if (id === fingerprintId(now)) continue;
    const before = await readFile(join(folder, FINGERPRINT_NAME), 'utf8').catch(() => 'null');
    const parsed = fingerprintSchema.safeParse(jsonOf(before));
    const changes = parsed.success ? changesBetween(parsed.data, now) : ['nobody can say for which plan'];
    notes.push(
      `Another split run for this output left its work in ${folder} and is not used: ${changes.join('; ')}. ` +
        'If it is over, remove that folder; a run without --split and with --no-resume does.',
    );
  }
  return notes;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
