import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './bundles.ts';

/** A browser host in a process of its own. */
export interface HostProcess {
  /** Address with its token. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the built `shardscope serve` on a path; what it remembers goes to `state`, not to the user's folder. */
export async function startHostProcess(
  path: string,
  state: string,
  options: readonly string[] = [],
): Promise<HostProcess> {
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'cli.js'), 'serve', path, '--json', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, XDG_STATE_HOME: state },
  });
  return {
    url: await addressOf(child),
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data;
      const url = /"url": "([^"]+)"/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the host ended with ${code}: ${text}`)));
  });
}
