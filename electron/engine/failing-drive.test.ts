import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asFault, type Fault } from '../../shared/errors.ts';
import { needs } from '../../test/needs.ts';
import { SampleMounts } from './sample-mounts.ts';
import { type Change, SampleProcess } from './sample-process.ts';

/** Drives that are full, limited, read-only or broken. */
const job = new SampleProcess();
beforeAll(() => job.build());
afterAll(() => job.remove());
const mounts = new SampleMounts();

function runLimited(command: string, args: readonly string[]): Fault {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return JSON.parse(String(error.stdout));
    throw error;
  }
  return expect.unreachable('it did not refuse');
}

test('a file size limit gives one clear error and leaves nothing', (context) => {
  needs(context, 'limits of file sizes');
  const out = join(job.folder, 'limited', 'out');
  const fault = runLimited('bash', [
    '-c',
    `ulimit -f 1000; exec "$0" "$@"`,
    process.execPath,
    ...job.argsOf({ out }),
  ]);
  expect(fault).toMatchObject({ code: 'OUT_SPACE', found: 'EFBIG' });
  expect(fault.file).toBe(join(out, 'rank_0/net.safetensors'));
  expect(existsSync(join(job.folder, 'limited'))).toBe(false);
});

test('a volume that fills up while copying gives OUT_SPACE and leaves nothing', async (context) => {
  const volume = join(job.folder, 'volume');
  mounts.tmpfs(context, volume, '40m');
  const out = join(volume, 'out');
  const error = await job
    .execute(out, {
      onProgress: ({ phase }) => {
        if (phase !== 'copying' || existsSync(join(volume, 'ballast'))) return;
        writeFileSync(join(volume, 'ballast'), new Uint8Array(36 * 1024 ** 2));
      },
    })
    .catch(asFault);
  expect(error).toMatchObject({ code: 'OUT_SPACE', found: 'ENOSPC' });
  expect(readdirSync(volume)).toEqual(['ballast']);

  // Now too little is free from the start.
  const before = await job.execute(out).catch(asFault);
  expect(before).toMatchObject({ code: 'OUT_SPACE', expected: expect.stringMatching(/^\d+ bytes$/) });
  expect(readdirSync(volume)).toEqual(['ballast']);

  // A mounted volume's own folder cannot be renamed over; its files are published one by one.
  truncateSync(join(volume, 'ballast'), 0);
  expect(await job.execute(volume, { overwrite: true }).catch(asFault)).toMatchObject({
    code: 'OUT_EXISTS',
  });
  rmSync(join(volume, 'ballast'));
  await job.execute(volume);
  expect(job.isWhole(volume)).toBe(true);
  expect(readdirSync(volume).filter((name) => name.startsWith('.'))).toEqual([]);
});

/** Every call that changes names or files fails once: one clear fault, nothing half written, and the next job works. */
test.each([
  ['EIO', 'OUT_WRITE', false],
  ['EDQUOT', 'OUT_SPACE', true],
] as const)(
  'each single change of names or files fails with %s: told, and the output absent, old or whole',
  {
    timeout: 300_000,
  },
  async (errno, code, overwrite) => {
    const place = (name: string) => {
      const parent = join(job.folder, `${name}-${errno}`);
      const out = join(parent, 'out');
      mkdirSync(overwrite ? out : parent, { recursive: true });
      if (overwrite) writeFileSync(join(out, 'old.safetensors'), 'old');
      return { parent, out };
    };
    const { changes } = await job.finish({ out: place('counted').out, overwrite });
    const said = new Set<string>();
    for (let failAt = 1; failAt <= changes.length; failAt++) {
      const { parent, out } = place(`fail-${failAt}`);
      const { code: exit, stdout } = await job.finish({ out, overwrite, failAt, errno });
      const what = `${failAt}: ${changes[failAt - 1]?.join(' ')}`;
      if (exit === 0) expect(job.isWhole(out), what).toBe(true);
      else {
        const fault: Fault = JSON.parse(stdout);
        said.add(fault.code);
        expect(fault.message, what).toContain(job.folder);
        const old = existsSync(join(out, 'old.safetensors'));
        // Where all was published and only the flush of its name failed, the output is there, whole.
        expect(existsSync(out) ? old || job.isWhole(out) : !overwrite, what).toBe(true);
      }
      await job.execute(out, { overwrite: true });
      expect(job.isWhole(out), what).toBe(true);
      rmSync(parent, { recursive: true });
    }
    // Opening an output to read it back is reading.
    expect([...said].sort()).toEqual(['IO_READ', code]);
  },
);

/** The drive is gone, or the quota used up, when its bytes are written: network drives may say so at closing only. */
test.each(
  (['writeSync', 'closeSync', 'truncate', 'write', 'close'] as const).flatMap((failCall) => [
    { failCall, errno: 'EIO', code: 'OUT_WRITE' },
    { failCall, errno: 'EDQUOT', code: 'OUT_SPACE' },
  ]),
)('$failCall on an output fails with $errno: its file is named, and nothing is left', async (failing) => {
  const { failCall, errno, code } = failing;
  const out = join(job.folder, `${failCall}-${errno}`, 'out');
  const { code: exit, stdout } = await job.finish({ out, failCall, errno });
  expect(exit).toBe(4);
  const fault: Fault = JSON.parse(stdout);
  expect(fault).toMatchObject({ code, found: errno });
  expect(job.sample.plan.outputs.map(({ path }) => join(out, path))).toContain(fault.file);
  expect(fault.message).toContain(fault.file);
  expect(existsSync(join(job.folder, `${failCall}-${errno}`))).toBe(false);
});

test('the drive of a source fails: the source is named, and nothing is left', async () => {
  const out = join(job.folder, 'unread', 'out');
  const { code, stdout } = await job.finish({ out, failCall: 'readSync', errno: 'EIO' });
  expect(code).toBe(4);
  const fault: Fault = JSON.parse(stdout);
  expect(fault).toMatchObject({ code: 'IO_READ', found: 'EIO' });
  expect(job.sample.plan.sources.map(({ path }) => path)).toContain(fault.file);
  expect(existsSync(join(job.folder, 'unread'))).toBe(false);
});

test('publishing into a volume’s own folder, file by file: all of it or nothing', async (context) => {
  const volume = join(job.folder, 'published');
  mounts.tmpfs(context, volume, '40m');
  const { changes } = await job.finish({ out: volume });
  expect(job.isWhole(volume)).toBe(true);
  const empty = () => {
    for (const name of readdirSync(volume)) rmSync(join(volume, name), { recursive: true });
  };
  const at = (call: string) => changes.flatMap((change, i) => (change[0] === call ? [i + 1] : []));
  const renames = at('rename');
  expect(renames).toHaveLength(3);
  for (const failAt of [...renames, ...at('sync').slice(-1), ...at('rm').slice(-1)]) {
    empty();
    const { code } = await job.finish({ out: volume, failAt, errno: 'EIO' });
    const what = `${failAt}: ${changes[failAt - 1]?.join(' ')}`;
    // That what is left of the work cannot be removed is no failure.
    if (failAt === at('rm').at(-1)) expect([code, job.isWhole(volume)], what).toEqual([0, true]);
    else expect([code, readdirSync(volume)], what).toEqual([4, []]);
  }
  // What somebody else put there meanwhile is not replaced, and not mixed with.
  empty();
  const fault = await job
    .execute(volume, {
      onProgress: ({ phase }) => phase === 'verifying' && writeFileSync(join(volume, 'mine.txt'), 'mine'),
    })
    .catch(asFault);
  expect(fault).toMatchObject({ code: 'OUT_EXISTS', file: volume });
  expect(readdirSync(volume)).toEqual(['mine.txt']);
});

test('the output has the modes that umask leaves', (context) => {
  needs(context, 'modes of new files');
  const out = join(job.folder, 'modes', 'out');
  execFileSync('bash', ['-c', 'umask 027; exec "$0" "$@"', process.execPath, ...job.argsOf({ out })]);
  const modeOf = (path: string) => statSync(path).mode & 0o777;
  expect(modeOf(out)).toBe(0o750);
  for (const { path } of job.sample.plan.outputs) expect(modeOf(join(out, path)), path).toBe(0o640);
});

test('every file is flushed before the output gets its name, and then its folder', async () => {
  const parent = join(job.folder, 'flushed');
  const out = join(parent, 'out');
  mkdirSync(parent);
  const { changes } = await job.finish({ out });
  const published = changes.findIndex(([call, , to]) => call === 'rename' && to === out);
  expect(published).toBeGreaterThan(0);
  const temporary = changes[published]?.[1] ?? '';
  const flushed = (list: readonly Change[]) =>
    list.flatMap(([call, path]) => (call === 'sync' && path) || []);
  const { outputs, texts } = job.sample.plan;
  const files = [...outputs, ...texts].map(({ path }) => join(temporary, path));
  const folders = [temporary, ...outputs.map(({ path }) => join(temporary, dirname(path)))];
  expect(flushed(changes.slice(0, published))).toEqual(expect.arrayContaining([...files, ...folders]));
  expect(flushed(changes.slice(published))).toEqual([parent]);
  // Nothing of the output is written any more once it has been flushed.
  const last = Math.max(
    ...files.map((file) => changes.findLastIndex(([call, path]) => call === 'sync' && path === file)),
  );
  const later = changes
    .slice(last + 1, published)
    .filter(([call, path = '']) => call === 'writeFile' && files.includes(path));
  expect(later).toEqual([]);
});
