import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs as this user and group; only root may. */
  readonly uid?: number;
  /** Limits of the shell that it is started from: `ulimit -f 64`. */
  readonly limits?: string;
  /** Where the bundles lie: those made for the tests when absent. */
  readonly bundles?: string;
  /** Called once with the running process. */
  readonly started?: (child: ChildProcessWithoutNullStreams) => void;
}

/** Runs the bundled command line in a process of its own. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<Finished> {
  const { bundles = process.env.SHARDSCOPE_BUNDLES ?? 'dist' } = options;
  const command = [process.execPath, join(bundles, 'cli.js'), ...args];
  const [file = '', ...rest] = options.limits
    ? ['bash', '-c', `${options.limits}; exec "$0" "$@"`, ...command]
    : command;
  const child = spawn(file, rest, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  options.started?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export const TEST_DATA = fileURLToPath(new URL('..', import.meta.url));

/** A new empty folder; `remove` it when the tests are done. */
export function scratchFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'shardscope-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Copies a fixture into a folder and returns the copy. */
export function copyFixture(name: string, into: string): string {
  const copy = join(into, basename(name));
  cpSync(join(TEST_DATA, 'fixtures', name), copy, { recursive: true });
  return copy;
}
