import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLeftoverName } from './job-record.ts';
import { event, SampleProcess } from './sample-process.ts';

const job = new SampleProcess();
beforeAll(() => job.build());
afterAll(() => job.remove());

function sourceSums(): string[] {
  return job.sample.plan.sources.map(({ path }) =>
    createHash('sha256').update(readFileSync(path)).digest('hex'),
  );
}

/** A folder for an output, with an old one in it if that is to be replaced. */
function placeFor(name: string, overwrite: boolean): { parent: string; out: string } {
  const parent = join(job.folder, name);
  const out = join(parent, 'out');
  mkdirSync(overwrite ? out : parent, { recursive: true });
  if (overwrite) writeFileSync(join(out, 'old.safetensors'), 'old');
  return { parent, out };
}

type Seen = 'absent' | 'old' | 'whole' | 'aside' | 'leftover' | 'continued';

/** What a killed job left: the output absent, old or whole. Then the next job must go on, and leave nothing else. */
async function afterKill(
  { parent, out }: { parent: string; out: string },
  overwrite: boolean,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  const names = readdirSync(parent);
  expect(names.every((name) => name === 'out' || isLeftoverName(name))).toBe(true);
  if (names.some((name) => /shardscope-\d/.test(name))) seen.push('leftover');
  if (!names.includes('out')) {
    const aside = names.some((name) => name.includes('shardscope-old'));
    // Between the two renames of overwriting, the old output waits beside, whole.
    if (overwrite) expect(aside).toBe(true);
    seen.push(overwrite ? 'aside' : 'absent');
  } else if (overwrite && existsSync(join(out, 'old.safetensors'))) {
    expect(readdirSync(out)).toEqual(['old.safetensors']);
    seen.push('old');
  } else {
    expect(job.isWhole(out)).toBe(true);
    seen.push('whole');
  }
  const { takenOver } = await job.execute(out, { overwrite: true });
  if (takenOver.bytes > 0) seen.push('continued');
  expect(job.isWhole(out)).toBe(true);
  // A folder killed before its record was written stays a minute: it could be a job just beginning.
  for (const name of readdirSync(parent)) {
    const record = join(parent, name, 'shardscope-job.json');
    if (name !== 'out' && existsSync(record)) expect(readFileSync(record, 'utf8')).toBe('');
  }
  rmSync(parent, { recursive: true });
  return seen;
}

/** Random kills; `SHARDSCOPE_KILLS=200` for what a release is held to. */
const KILLS = Number(process.env.SHARDSCOPE_KILLS ?? 16);

test(`killed at ${KILLS} random moments, a job leaves the output absent, old or whole, and the next one goes on`, {
  timeout: 60_000 + KILLS * 6000,
}, async () => {
  const sums = sourceSums();
  const timing = job.start({ out: join(job.folder, 'timing') });
  await event(timing, 'message');
  const begun = performance.now();
  await event(timing, 'exit');
  const longest = performance.now() - begun;
  const seen = new Map<Seen, number>();
  for (let i = 0; i < KILLS; i++) {
    const overwrite = i % 2 === 1;
    const place = placeFor(`kill-${i}`, overwrite);
    const killed = job.start({ out: place.out, overwrite });
    await event(killed, 'message');
    const exit = event(killed, 'exit');
    await wait(Math.random() * longest);
    killed.kill('SIGKILL');
    await exit;
    for (const what of await afterKill(place, overwrite)) seen.set(what, (seen.get(what) ?? 0) + 1);
    expect(sourceSums()).toEqual(sums);
  }
  if (process.env.SHARDSCOPE_KILLS) console.log(Object.fromEntries(seen));
  // The moments were spread over the job, not all after its end.
  expect(seen.get('leftover')).toBeGreaterThan(0);
  expect(seen.get('continued')).toBeGreaterThan(0);
});

test.each([
  ['a new output', false],
  ['an old output that is replaced', true],
])(
  'killed after each single change of names or files on the way to %s',
  { timeout: 300_000 },
  async (_, overwrite) => {
    const counted = placeFor('counted', overwrite);
    const { changes } = await job.finish({ out: counted.out, overwrite });
    expect(job.isWhole(counted.out)).toBe(true);
    rmSync(counted.parent, { recursive: true });
    expect(changes.length).toBeGreaterThan(15);
    const seen = new Set<Seen>();
    for (let change = 1; change <= changes.length; change++) {
      const place = placeFor(`change-${change}`, overwrite);
      const killed = job.start({ out: place.out, overwrite, killAfter: change });
      await event(killed, 'exit');
      expect(killed.signalCode).toBe('SIGKILL');
      for (const what of await afterKill(place, overwrite)) seen.add(what);
    }
    const expected: Seen[] = [
      'leftover',
      'continued',
      'whole',
      ...(overwrite ? (['old', 'aside'] as const) : (['absent'] as const)),
    ];
    expect([...seen].sort()).toEqual(expected.sort());
  },
);

const SHARE_KILLS = Number(process.env.SHARDSCOPE_KILLS ?? 6);

test(`shares killed at ${SHARE_KILLS} random moments leave the output absent or whole, and are repeated`, {
  timeout: 60_000 + SHARE_KILLS * 6000,
}, async () => {
  const sums = sourceSums();
  const timing = job.start({ out: join(job.folder, 'share-timing'), share: 1 });
  await event(timing, 'message');
  const begun = performance.now();
  await event(timing, 'exit');
  const longest = performance.now() - begun;
  let interrupted = 0;
  for (let i = 0; i < SHARE_KILLS; i++) {
    const parent = join(job.folder, `share-kill-${i}`);
    const out = join(parent, 'out');
    mkdirSync(parent);
    const jobs = [job.start({ out, share: 1 }), job.start({ out, share: 2 })];
    // Listened for from the start: one may end before the other has begun.
    const exits = jobs.map((one) => event(one, 'exit'));
    await Promise.all(jobs.map((one) => event(one, 'message')));
    for (const one of jobs) {
      await wait(Math.random() * longest);
      one.kill('SIGKILL');
    }
    await Promise.all(exits);
    const names = readdirSync(parent);
    expect(names.every((name) => name === 'out' || isLeftoverName(name))).toBe(true);
    if (names.includes('out')) expect(job.isWhole(out)).toBe(true);
    else interrupted++;
    for (const index of [2, 1]) if (!existsSync(out)) await job.execute(out, { split: { index, count: 2 } });
    expect(job.isWhole(out)).toBe(true);
    expect(sourceSums()).toEqual(sums);
    rmSync(parent, { recursive: true });
  }
  expect(interrupted).toBeGreaterThan(0);
});
