import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bytesWritten, type Plan } from '../../shared/plan/plan.ts';
import { errnoOf, writeError } from './errno.ts';
import { changesBetween, type Fingerprint } from './fingerprint.ts';
import { asidesOf, findStale, RECORD_NAME, temporaryName, writeRecord } from './job-record.ts';
import { JOURNAL_NAME, Journal, type JournalHead, type Portions, readJournal } from './journal.ts';
import { bytesTaken, syncFolder, syncTree } from './output-files.ts';
import { makeWorkFolder, type Place } from './output-place.ts';
import { publish } from './publish.ts';
import { checkSpace } from './space.ts';

export interface OutputOptions {
  readonly fsync: boolean;
  /** Present when `REPORT_NAME` is written beside the plan's files. */
  readonly report?: unknown;
  /** What the work is to be known by when it is killed; absent where nothing can be checked and taken over. */
  readonly journal?: (JournalHead & { readonly fingerprint: Fingerprint }) | undefined;
  /** Go on with what a killed run of the same work left; true when absent. */
  readonly resume?: boolean | undefined;
}

/**
 * An output on its way: everything is written into a temporary folder with a name of its own, which becomes the
 * output in one step when it is whole. Killed at any moment, it leaves the output as it was, or complete; what
 * it leaves beside it, the next run for the same output goes on with or removes.
 */
export interface Output {
  /** Folder that becomes the output. */
  readonly target: string;
  /** Folder to write into until then. */
  readonly temporary: string;
  /** Where to note what is copied. */
  readonly journal?: Journal | undefined;
  /** What a killed run left in the folder, by its journal. */
  readonly done: Portions;
  /** Length of the buffers that portions are cut by. */
  readonly buffer?: number | undefined;
  /** Why the work of a killed run was not taken over, in sentences. */
  readonly notes: readonly string[];
  /**
   * Gives the temporary folder its final name. On failure nothing is published. Gives what could not be removed of
   * an old output, in sentences.
   */
  publish(): Promise<readonly string[]>;
  /** Removes the temporary folder and the parents made for it. Never throws: the next run cleans up, too. */
  discard(): Promise<void>;
}

/**
 * Makes the temporary folder at a place that `findPlace` found, which is also the lock on this output, or takes
 * over that of a killed run. Refuses OUT_SPACE, OUT_BUSY, IO_PERMISSION.
 */
export async function openOutput(plan: Plan, found: Place, options: OutputOptions): Promise<Output> {
  const { place, folder } = await makeWorkFolder(found, temporaryName);
  const { target } = place;
  let work: Work = { temporary: folder, done: new Map() };
  const discard = async () => {
    await work.journal?.close();
    for (const path of new Set([folder, work.temporary]))
      await rm(path, { recursive: true, force: true }).catch(() => {});
    await place.leave();
  };
  try {
    await writeRecord(folder);
    const stale = await findStale(place.parent, place.base, basename(folder));
    const { left, notes } = await findLeft(stale, options);
    if (left !== undefined) work = await takeOver(left, place, folder);
    else if (options.journal) work = { ...work, journal: await Journal.create(folder, options.journal) };
    for (const path of stale) if (path !== left) await rm(path, { recursive: true, force: true });
    const taken = left === undefined ? 0 : await bytesTaken(work.temporary);
    await checkSpace(target, bytesWritten(plan) - taken);
    return { ...work, target, notes, publish: () => publishWork(plan, work, place, options), discard };
  } catch (error) {
    await discard();
    throw writeError(error, target);
  }
}

/** A folder to write into, with what is in it already. */
type Work = Pick<Output, 'temporary' | 'journal' | 'done' | 'buffer'>;

/** The first killed run's folder that this run can go on with, or why it cannot. */
async function findLeft(
  stale: readonly string[],
  { journal: now, resume = true }: OutputOptions,
): Promise<{ left?: string; notes: string[] }> {
  const notes: string[] = [];
  if (now === undefined || !resume) return { notes };
  for (const folder of stale) {
    const journal = await readJournal(folder);
    const { fingerprint, buffer = 0 } = journal?.head ?? {};
    if (!fingerprint || journal?.portions.size === 0) continue;
    const changes = changesBetween(fingerprint, now.fingerprint);
    if (buffer > now.buffer) changes.push('the buffers are smaller than they were (--memory)');
    if (changes.length === 0) return { left: folder, notes: [] };
    notes.push(`Started over, and not where an earlier run was killed: ${changes.join('; ')}.`);
  }
  return { notes };
}

/** Gives a killed run's folder a name and a record of this process, in place of the `lock` that it took. */
async function takeOver(left: string, place: Place, lock: string): Promise<Work> {
  const temporary = join(place.parent, temporaryName(place.base));
  await rename(left, temporary);
  await writeRecord(temporary);
  await rm(lock, { recursive: true, force: true });
  const found = await readJournal(temporary);
  return {
    temporary,
    journal: await Journal.reopen(temporary),
    done: found?.portions ?? new Map(),
    buffer: found?.head.buffer,
  };
}

async function publishWork(
  plan: Plan,
  work: Work,
  place: Place,
  { fsync, report }: OutputOptions,
): Promise<readonly string[]> {
  const { temporary, journal } = work;
  try {
    await journal?.close();
    if (fsync) await syncTree(temporary);
    for (const name of [JOURNAL_NAME, RECORD_NAME]) await rm(join(temporary, name), { force: true });
    if (fsync) await syncFolder(temporary);
  } catch (error) {
    throw writeError(error, place.target);
  }
  await publish(plan, temporary, place, { fsync, report: report !== undefined });
  const left: string[] = [];
  for (const aside of await asidesOf(place.target))
    await rm(aside, { recursive: true, force: true }).catch((error: unknown) => {
      left.push(leftSentence(aside, errnoOf(error)));
    });
  return left;
}

function leftSentence(aside: string, errno = 'unknown'): string {
  return `The old output could not be removed (${errno}): what is left of it is in ${aside}. Remove it by hand.`;
}
