import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { refuse } from '../../shared/errors.ts';
import { errnoOf } from './errno.ts';
import { readWholeAt } from './open/read-files.ts';

/**
 * Who writes a temporary folder. It lies in the folder itself, so that the folder is its own lock: the next run
 * tells a running job from what a killed one left behind, and removes only the latter.
 */
const jobRecord = z.object({
  pid: z.int(),
  host: z.string(),
  /** ISO 8601. */
  started: z.string(),
  /** Start of the process in clock ticks since boot, where the system tells: pids are used again. */
  processStart: z.string().optional(),
});
type JobRecord = z.output<typeof jobRecord>;

export const RECORD_NAME = 'shardscope-job.json';

/** A folder without a record is younger than this while its job is about to write the record. */
const RECORD_GRACE_MS = 60_000;
/** A record has some 150 bytes. */
const MAX_RECORD_BYTES = 65_536;

/** `.{name}.shardscope-{pid}-{random}`: beside the output, or (without a name) inside it. */
export function temporaryName(base: string): string {
  return `.${base}.shardscope-${process.pid}-${randomBytes(8).toString('hex')}`;
}

/** `.{name}.shardscope-shared-{fingerprint}`: where the shares of a split job meet. */
export function sharedName(base: string, id: string): string {
  return `.${base}.shardscope-shared-${id}`;
}

/** Where an old output waits while the new one takes its name. */
export function asideName(base: string): string {
  return `.${base}.shardscope-old-${randomBytes(8).toString('hex')}`;
}

/** Old outputs that wait beside a new one to be removed, or were left so by a kill. */
export async function asidesOf(target: string): Promise<string[]> {
  const prefix = `.${basename(target)}.shardscope-old-`;
  const names = await readdir(dirname(target)).catch(() => []);
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(dirname(target), name));
}

/** Whether a name in a folder is one that jobs make for themselves: opening a checkpoint skips these. */
export function isLeftoverName(name: string): boolean {
  return /^\..*\.shardscope-(\d+|old|shared)-[0-9a-f]{16}$/.test(name);
}

/** Says that this process writes the folder, whoever did before. */
export async function writeRecord(folder: string): Promise<void> {
  const processStart = startOf(process.pid);
  const record: JobRecord = {
    pid: process.pid,
    host: hostname(),
    started: new Date().toISOString(),
    ...(processStart !== undefined && { processStart }),
  };
  await writeFile(join(folder, RECORD_NAME), `${JSON.stringify(record)}\n`);
}

/**
 * Looks at other jobs' folders for the same output `base` in `parent`. Gives those that dead processes of this
 * machine left; refuses OUT_BUSY for the first that lives (or is of another machine, where nobody can tell).
 * `own` was made before looking; of two that see each other, the one that began later gives way.
 */
export async function findStale(parent: string, base: string, own: string): Promise<string[]> {
  const stale: string[] = [];
  const prefix = `.${base}.shardscope-`;
  const mine = readRecord(join(parent, own));
  for (const name of await readdir(parent)) {
    if (name === own || !name.startsWith(prefix) || !/^\d+-[0-9a-f]{16}$/.test(name.slice(prefix.length)))
      continue;
    const folder = join(parent, name);
    const record = readRecord(folder);
    if (record === undefined) {
      if (!isAlive(Number.parseInt(name.slice(prefix.length), 10)) && (await isOld(folder)))
        stale.push(folder);
      continue;
    }
    if (record.host === hostname() && !isRunning(record)) {
      stale.push(folder);
      continue;
    }
    if (mine !== undefined && `${mine.started} ${own}` < `${record.started} ${name}`) continue;
    const output = join(parent, base);
    refuse(
      'OUT_BUSY',
      `A job of pid ${record.pid} on host ${record.host} is writing ${output} since ${record.started}.`,
      record.host === hostname()
        ? 'Wait for it, cancel it, or choose another output folder.'
        : `Wait for it, or choose another output folder. If that job is dead, remove ${folder} first.`,
      { file: output, found: `pid ${record.pid} on ${record.host}` },
    );
  }
  return stale;
}

/** Whether a process of this machine wrote the folder and is gone; of other machines nobody can tell. */
export function isAbandoned(folder: string): boolean {
  const record = readRecord(folder);
  return record !== undefined && record.host === hostname() && !isRunning(record);
}

function readRecord(folder: string): JobRecord | undefined {
  try {
    const bytes = readWholeAt(join(folder, RECORD_NAME), MAX_RECORD_BYTES);
    const parsed = jobRecord.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

async function isOld(folder: string): Promise<boolean> {
  const info = await stat(folder).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > RECORD_GRACE_MS;
}

function isRunning(record: JobRecord): boolean {
  if (!isAlive(record.pid)) return false;
  const start = startOf(record.pid);
  return start === undefined || record.processStart === undefined || start === record.processStart;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** Field 22 of /proc/{pid}/stat (proc(5)); the name in field 2 may hold spaces and brackets. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
