import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

/** What some tests need of the system and of its folder for temporary files; each is tried in an empty folder. */
const TRIALS = {
  'named pipes': (at) => execFileSync('mkfifo', [join(at, 'pipe')], { stdio: 'ignore' }),
  'an endless device': () => statSync('/dev/zero').isCharacterDevice(),
  'the place of an open file': () => realpathSync('/proc/self/fd/0') !== '',
  'limits of file sizes': () => execFileSync('bash', ['-c', 'ulimit -f 64'], { stdio: 'ignore' }),
  'modes of new files': (at) => {
    execFileSync('bash', ['-c', 'umask 027; : > "$0"', join(at, 'file')], { stdio: 'ignore' });
    return (statSync(join(at, 'file')).mode & 0o777) === 0o640;
  },
  'names that are not UTF-8': (at) => {
    writeFileSync(Buffer.concat([Buffer.from(join(at, 'x')), Buffer.of(0xff)]), '');
    return readdirSync(at, 'buffer').some((name) => name.equals(Buffer.of(0x78, 0xff)));
  },
  'names with control characters': (at) => {
    writeFileSync(join(at, 'a\n\u001b[31mb'), '');
    return readdirSync(at).includes('a\n\u001b[31mb');
  },
} as const satisfies Readonly<Record<string, (at: string) => unknown>>;

export type Need = keyof typeof TRIALS;

const tried = new Map<Need, boolean>();

/** Skips a test where there is not what it needs. */
export function needs(context: TestContext, need: Need): void {
  const there = tried.get(need) ?? isThere(need);
  tried.set(need, there);
  if (!there) context.skip(`${need}: not here`);
}

function isThere(need: Need): boolean {
  const at = mkdtempSync(join(tmpdir(), 'shardscope-needs-'));
  try {
    return TRIALS[need](at) !== false;
  } catch {
    return false;
  } finally {
    rmSync(at, { recursive: true });
  }
}
