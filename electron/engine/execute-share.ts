import { rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { asFault, refuse, ShardscopeError } from '../../shared/errors.ts';
import type { CastFindings } from '../../shared/jobs.ts';
import { bytesMoved, type Plan } from '../../shared/plan/plan.ts';
import { type Outcome, reportOf } from '../../shared/plan/report.ts';
import { joinSums, onlyFiles, type Split, sharesOf } from '../../shared/plan/shares.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import { amount } from '../../shared/text/units.ts';
import { alreadyThere } from './already-there.ts';
import { joinFindings } from './cast/tally.ts';
import {
  bytesTotal,
  type ExecuteResult,
  type Execution,
  filesOf,
  publishedFiles,
  withFinalPath,
} from './execution.ts';
import { type Filled, fillFiles, type TakenOver } from './fill-files.ts';
import { checkSources } from './identity.ts';
import { findStale } from './job-record.ts';
import { Journal, readJournal } from './journal.ts';
import { fileSums, hasLiterals } from './output-files.ts';
import type { Place } from './output-place.ts';
import { Progress } from './progress.ts';
import { SharedOutput } from './shared-output.ts';
import { checkSpace } from './space.ts';
import { checkCrcs, crcBytesToRead } from './stored-crc.ts';
import { TileJob } from './tile-job.ts';

/** Files of a share are finished together until they have this many bytes: what a kill can cost it. */
const ROUND_BYTES = 1024 ** 3;

/** How often a share begins again because the folder in which all meet was taken away just then. */
const MAX_TRIES = 5;

/**
 * Does one share of a plan's output files, beside other processes on any machine that see the same folders, and
 * publishes the output when that was the last. Without a share it does all that is missing, or with `finish`
 * only publishes. Any share may run again, and twice at once. Refuses OUT_INCOMPLETE with `finish` while files are missing.
 */
export async function executeShare(plan: Plan, place: Place, options: Execution): Promise<ExecuteResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await workAsShare(plan, place, options);
    } catch (error) {
      // The last one to leave removes the folder, also when another has just come; what was finished is kept.
      const { code, file } = asFault(error);
      const isOutput = file === place.target || file?.startsWith(join(place.target, sep));
      if (code !== 'IO_NOT_FOUND' || !isOutput || tries === MAX_TRIES) throw error;
    }
  }
}

async function workAsShare(plan: Plan, place: Place, options: Execution): Promise<ExecuteResult> {
  const { split, finish, fsync, verify, signal, control, fingerprint, pool } = options;
  const begun = performance.now();
  for (const left of await findStale(place.parent, place.base, ''))
    await rm(left, { recursive: true, force: true });
  const shared = await SharedOutput.open(place, fingerprint, fsync);
  // The others may have published between the first look and this folder, which they would never see.
  const found = await alreadyThere(plan, fingerprint, options);
  if (found) {
    await shared.leave();
    return found;
  }
  const shares = sharesOf(plan.outputs, split?.count ?? 1);
  const own = split === undefined && finish === true ? [] : (shares[(split?.index ?? 1) - 1] ?? []);
  const part = onlyFiles(plan, own);
  const progress = new Progress(control, bytesTotal(part, verify), options.onProgress);
  const filled: Filled[] = [];
  let takenOver: TakenOver = { bytes: 0, files: 0 };
  let publishing = false;
  let published = false;
  let finished = shares.length;
  try {
    const found = await takeOverFiles(plan, own, shared, { ...options, progress });
    takenOver = found.takenOver;
    const missing = own.filter((file) => !found.files.has(file));
    const rest = onlyFiles(plan, missing);
    await checkSpace(
      place.target,
      rest.outputs.reduce((sum, { size }) => sum + size, 0),
    );
    if (crcBytesToRead(rest.sources) > 0) {
      progress.enter('checking');
      await checkCrcs(rest.sources, { pool, control, signal });
    }
    for (const files of roundsOf(plan, missing))
      filled.push(await writeFiles(plan, files, shared, { ...options, progress }));
    const there = await shared.filesThere(plan);
    finished = shares.filter((files) => files.every((file) => there.has(file))).length;
    if (there.size === plan.outputs.length) {
      progress.enter('publishing');
      await checkSources(plan.sources);
      control.check();
      publishing = true;
      await shared.publish(
        plan,
        options.report && reportOf(plan, options.report, await outcomeOf(plan, shared)),
      );
      published = true;
    } else if (await shared.isPublished(plan, false)) {
      // Another run of the last share was quicker, between the delivery of this one and its count.
      published = true;
      finished = shares.length;
    } else if (finish) refuseIncomplete(plan, there, shares, split);
  } catch (error) {
    const isCancelled = error instanceof ShardscopeError && error.fault.code === 'CANCELLED';
    published = !isCancelled && (await shared.isPublished(plan, publishing));
    finished = shares.length;
    if (!published) throw error;
  } finally {
    progress.end();
    await shared.leave();
  }
  return {
    files: published
      ? await publishedFiles(place.target, plan, options.report !== undefined)
      : filesOf(place.target, part),
    seconds: (performance.now() - begun) / 1000,
    verified: verify,
    takenOver,
    ...joinMet(plan, filled),
    ...(split && { shares: { count: split.count, finished, published } }),
    notes: split || finish ? [] : ['Went on with what a split run of the same job left.'],
  };
}

/** What all shares brought out; of checksums nothing where one of them did not read its files back. */
async function outcomeOf(plan: Plan, shared: SharedOutput): Promise<Outcome> {
  const parts: { files: readonly number[]; outcome: Outcome }[] = [];
  const known = new Set<number>();
  for (const name of await shared.journals()) {
    const { head, outcome } = (await readJournal(shared.folder, name)) ?? {};
    // A share that ran twice has two journals that say the same.
    if (!head?.files || !outcome || head.files.every((file) => known.has(file))) continue;
    parts.push({ files: head.files, outcome });
    for (const file of head.files) known.add(file);
  }
  const joined = joinSums(
    plan,
    parts.flatMap(({ files, outcome: { sums } }) => (sums ? [{ files, sums }] : [])),
  );
  const sums = joined && { ...joined, files: [...joined.files, ...fileSums([], plan.texts)] };
  return {
    ...(sums && { sums }),
    ...joinMet(
      plan,
      parts.map(({ outcome }) => outcome),
    ),
  };
}

/** What casting and comparing copies met in parts of a plan, as in all of it. */
function joinMet(
  plan: Plan,
  parts: readonly Pick<Outcome, 'casts' | 'differences'>[],
): { casts?: CastFindings; differences: ReplicaDifference[] } {
  const casts = joinFindings(
    plan,
    parts.flatMap((part) => part.casts ?? []),
  );
  // A slice that goes into the files of several parts is told of by each.
  const differences = parts.flatMap((part) => part.differences ?? []);
  const distinct = new Map(differences.map((one) => [`${one.tensor}\0${one.file}`, one]));
  return { ...(casts && { casts }), differences: [...distinct.values()] };
}

type RoundOptions = Execution & { readonly progress: Progress };

/** Writes some files in a folder of this process, and moves them to the others' when they are whole. */
async function writeFiles(
  plan: Plan,
  files: readonly number[],
  shared: SharedOutput,
  options: RoundOptions,
): Promise<Filled> {
  const { buffer, verify } = options;
  const part = onlyFiles(plan, files);
  const work = await shared.makeWork();
  let journal: Journal | undefined;
  try {
    if (verify) journal = await Journal.create(work, { files: [...files], buffer });
    const filled = await fillFiles(part, work, { ...options, journal, done: new Map() });
    await journal?.addOutcome(filled);
    await journal?.close();
    await checkSources(part.sources);
    options.control.check();
    await shared.deliver(work, part);
    return filled;
  } catch (error) {
    await journal?.close();
    await rm(work, { recursive: true, force: true }).catch(() => {});
    throw withFinalPath(error, { temporary: work, target: shared.target });
  }
}

/** Files of the share that an earlier run finished, read back where a journal says what should be in them. */
async function takeOverFiles(
  plan: Plan,
  own: readonly number[],
  shared: SharedOutput,
  options: RoundOptions,
): Promise<{ readonly files: ReadonlySet<number>; readonly takenOver: TakenOver }> {
  const { resume = true, verify, buffer, control } = options;
  if (!resume) return { files: new Set(), takenOver: { bytes: 0, files: 0 } };
  const there = await shared.filesThere(plan);
  const files = new Set<number>();
  for (const file of own.filter((file) => there.has(file)))
    if (await hasLiterals(shared.files, plan.outputs.slice(file, file + 1))) files.add(file);
  if (files.size > 0) options.progress.enter('checking');
  const checked = new Set<number>();
  for (const name of verify ? await shared.journals() : []) {
    const journal = await readJournal(shared.folder, name);
    const listed = journal?.head.files ?? [];
    if (!journal || journal.head.buffer > buffer || !listed.every((file) => files.has(file))) continue;
    if (listed.every((file) => checked.has(file))) continue;
    const part = onlyFiles(plan, listed);
    const job = new TileJob(part, shared.files, {
      ...{ ...options, buffer: journal.head.buffer, done: journal.portions, journal: undefined },
    });
    const { unfinished } = await job.takeOver();
    for (const [i, file] of listed.entries()) {
      checked.add(file);
      if (unfinished.has(i)) files.delete(file);
    }
  }
  const unread = onlyFiles(
    plan,
    [...files].filter((file) => !checked.has(file)),
  );
  control.add(bytesTotal(unread, verify));
  return { files, takenOver: { bytes: bytesMoved(onlyFiles(plan, [...files])), files: files.size } };
}

/** Files in their order, as many together as make a round. */
function* roundsOf(plan: Plan, files: readonly number[]): Generator<number[]> {
  let round: number[] = [];
  let bytes = 0;
  for (const file of files) {
    round.push(file);
    bytes += plan.outputs[file]?.size ?? 0;
    if (bytes < ROUND_BYTES) continue;
    yield round;
    round = [];
    bytes = 0;
  }
  if (round.length > 0) yield round;
}

function refuseIncomplete(
  plan: Plan,
  there: ReadonlySet<number>,
  shares: readonly (readonly number[])[],
  split: Split | undefined,
): never {
  const missing = [...plan.outputs.entries()].filter(([file]) => !there.has(file));
  const numbers = [...shares.keys()].filter((i) => shares[i]?.some((file) => !there.has(file)));
  const which = split ? `, of share ${numbers.map((i) => i + 1).join(', ')} of ${split.count}` : '';
  refuse(
    'OUT_INCOMPLETE',
    `${amount(missing.length, 'file')} of ${plan.outputs.length} ${missing.length === 1 ? 'is' : 'are'} not written yet${which}: first ${missing[0]?.[1].path}.`,
    'Run the missing shares (--split), with the same options, and then finish again.',
    { expected: `${plan.outputs.length} files`, found: `${there.size} files` },
  );
}
