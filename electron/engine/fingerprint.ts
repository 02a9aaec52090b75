import { createHash } from 'node:crypto';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { flagOf } from '../../shared/command-line.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { changeOf } from './identity.ts';

/**
 * What work on an output depends on: two runs with one fingerprint write the same bytes, so that one can go on
 * with the files of the other. The request is kept to say what changed, and counts only by the plan it gives.
 */
export const fingerprintSchema = z.object({
  version: z.string(),
  request: z.record(z.string(), z.unknown()),
  sources: z.array(z.object({ path: z.string(), identity: z.string() })),
  /** SHA-256 of output files, texts and moves. */
  plan: z.string(),
});
export type Fingerprint = z.output<typeof fingerprintSchema>;

/** `request` are the options that the plan was made with. */
export function fingerprintOf(plan: Plan, request: Readonly<Record<string, unknown>> = {}): Fingerprint {
  const hash = createHash('sha256');
  for (const { literals, ...file } of plan.outputs) {
    hash.update(JSON.stringify(file));
    for (const { offset, bytes } of literals) hash.update(`${offset}+${bytes.length}:`).update(bytes);
  }
  hash.update(JSON.stringify(plan.texts));
  // Many at once, as a call costs as much as hashing a move; not all, as a million moves are more than a string holds.
  for (let at = 0; at < plan.moves.length; at += 256)
    hash.update(JSON.stringify(plan.moves.slice(at, at + 256)));
  return {
    version: packageJson.version,
    request,
    sources: plan.sources.map(({ path, identity }) => ({ path, identity })),
    plan: hash.digest('hex'),
  };
}

/** 16 hexadecimal digits that stand for a fingerprint in the name of a folder. */
export function fingerprintId({ version, sources, plan }: Fingerprint): string {
  const hash = createHash('sha256').update(`${version}\n${plan}\n`);
  for (const { identity } of sources) hash.update(`${stampOf(identity)}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** What differs between the run that left its work and this one, as parts of a sentence; none when it can go on. */
export function changesBetween(before: Fingerprint, now: Fingerprint): string[] {
  if (fingerprintId(before) === fingerprintId(now)) return [];
  const changes = [...sourceChanges(before, now), ...requestChanges(before, now)];
  if (before.version !== now.version)
    changes.push(`Shardscope was version ${before.version} and is ${now.version}`);
  return changes.length > 0 ? changes : ['a strategy or an index that the plan is made from changed'];
}

function sourceChanges({ sources: before }: Fingerprint, { sources: now }: Fingerprint): string[] {
  if (before.length !== now.length)
    return [`there were ${before.length} source files and there are ${now.length}`];
  const changed = now.filter(({ identity }, i) => stampOf(identity) !== stampOf(before[i]?.identity ?? ''));
  const [first] = changed;
  if (first === undefined) return [];
  const others = changed.length > 1 ? ` (and ${changed.length - 1} more sources)` : '';
  const was = before[now.indexOf(first)];
  if (was?.path !== first.path) return [`${first.path} is read instead of ${was?.path}${others}`];
  return [`the source ${first.path} changed: ${changeOf(was.identity, first.identity)}${others}`];
}

function requestChanges({ request: before }: Fingerprint, { request: now }: Fingerprint): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...fields]
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(now[field]))
    .map((field) => `${flagOf(now.job, field)} was ${wordOf(before[field])} and is ${wordOf(now[field])}`);
}

function wordOf(value: unknown): string {
  return value === undefined ? 'not given' : JSON.stringify(value);
}

/**
 * Size and times of a file, without the numbers of its device and inode: those differ between machines that
 * share a folder, and after a restart, and every change moves the change time.
 */
function stampOf(identity: string): string {
  return identity.split(':').slice(2).join(':');
}
