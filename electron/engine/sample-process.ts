import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { build } from 'esbuild';
import { executePlan } from './execute.ts';
import type { ExecuteOptions, ExecuteResult } from './execution.ts';
import { WorkerPool } from './pool.ts';
import { FAILING, type FailingCall } from './sample-failing.ts';
import { makeSample, type Sample } from './sample-plan.ts';

/** A change of names or files that a job made: what was called, and with which paths. */
export type Change = readonly [call: string, ...paths: string[]];

export interface JobRun {
  readonly out: string;
  readonly overwrite?: boolean;
  /** Of two. */
  readonly share?: number;
  /** Number, from 1, of the change after which the process kills itself. */
  readonly killAfter?: number;
  /** Number of the change that fails instead of being made, and how. */
  readonly failAt?: number;
  /** Or the call on an output file that fails, the first of each thread. */
  readonly failCall?: FailingCall;
  readonly errno?: string;
}

const child = `
import { promises, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { deserialize } from 'node:v8';
import { executePlan } from './execute.ts';
import { WorkerPool } from './pool.ts';
import { asFault } from '../../shared/errors.ts';
const [plan, run] = process.argv.slice(2);
const { out, overwrite = false, share, killAfter, failAt, errno } = JSON.parse(run);
const changes = [];
async function change(call, paths, make) {
  const number = changes.push([call, ...paths]);
  if (number === failAt) throw Object.assign(new Error(errno + ', by the test'), { code: errno });
  try {
    return await make();
  } finally {
    if (number === killAfter) process.kill(process.pid, 'SIGKILL');
  }
}
for (const call of ['mkdir', 'open', 'writeFile', 'rename', 'rm', 'rmdir', 'chmod']) {
  const own = promises[call];
  promises[call] = (...args) =>
    change(call, args.slice(0, call === 'rename' ? 2 : 1), async () => {
      const result = await own(...args);
      if (call !== 'open') return result;
      const sync = result.sync.bind(result);
      result.sync = () => change('sync', [args[0]], sync);
      return result;
    });
}
syncBuiltinESMExports();
const pool = new WorkerPool(2);
process.send?.('started');
try {
  await executePlan(deserialize(readFileSync(plan)), {
    out, pool, memoryBytes: 2 * 3 * 32_768, fsync: true, verify: true, overwrite,
    signal: new AbortController().signal, onProgress() {},
    ...(share && { split: { index: share, count: 2 } }),
  });
} catch (error) {
  console.log(JSON.stringify(asFault(error)));
  process.exitCode = 4;
}
await pool.close();
process.send?.({ changes });
process.disconnect?.();
`;

/** For tests: jobs in a process of their own, to be killed, limited and failed, and the same job in this one. */
export class SampleProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'shardscope-process-'));
  readonly script = join(this.folder, 'job.mjs');
  readonly planFile = join(this.folder, 'plan.bin');
  readonly failing = join(this.folder, 'failing.cjs');
  readonly sample: Sample;
  readonly #pool = new WorkerPool(2);

  constructor() {
    chmodSync(this.folder, 0o755);
    // 8 MiB cut in columns over three sources, and a tensor whose slices go to two files each.
    const whole = { dtype: 'BF16', copies: 1, extentBytes: 0, leftOut: 3 } as const;
    this.sample = makeSample(join(this.folder, 'source'), [
      { ...whole, shape: [1024, 3072], sourceCuts: [[], [1024, 2048]], outputCuts: [[], []] },
      { ...whole, shape: [1024, 512], sourceCuts: [[512], []], outputCuts: [[], [256]], copies: 2 },
    ]);
    writeFileSync(this.planFile, serialize(this.sample.plan));
    writeFileSync(this.failing, FAILING);
  }

  async build(): Promise<void> {
    await build({
      stdin: { contents: child, resolveDir: import.meta.dirname, loader: 'ts' },
      outfile: this.script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
  }

  /** Command line of the process, without Node's name. */
  argsOf(run: JobRun): string[] {
    const preload = run.failCall === undefined ? [] : ['--require', this.failing];
    return [...preload, this.script, this.planFile, JSON.stringify(run)];
  }

  start(run: JobRun): ChildProcess {
    return spawn(process.execPath, this.argsOf(run), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  }

  /** Runs to the end. Gives what it changed, its exit code, and the fault that it printed. */
  async finish(run: JobRun): Promise<{ changes: readonly Change[]; code: number | null; stdout: string }> {
    const job = this.start(run);
    let changes: readonly Change[] = [];
    let stdout = '';
    job.on('message', (message) => {
      if (typeof message === 'object' && 'changes' in message) changes = message.changes as Change[];
    });
    job.stdout?.on('data', (data: Buffer) => {
      stdout += data;
    });
    const code = await new Promise<number | null>((resolve) => job.once('close', resolve));
    return { changes, code, stdout };
  }

  execute(out: string, options: Partial<ExecuteOptions> = {}): Promise<ExecuteResult> {
    return executePlan(this.sample.plan, {
      ...{ out, pool: this.#pool, fsync: false, verify: true, overwrite: false },
      ...{ signal: new AbortController().signal, onProgress: () => {}, ...options },
    });
  }

  isWhole(out: string): boolean {
    const { plan, expected } = this.sample;
    return (
      plan.outputs.every(({ path }, i) => readFileSync(join(out, path)).equals(expected[i] ?? Buffer.of())) &&
      plan.texts.every(({ path, text }) => readFileSync(join(out, path), 'utf8') === text)
    );
  }

  async remove(): Promise<void> {
    await this.#pool.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function event(process: ChildProcess, name: 'message' | 'exit'): Promise<void> {
  return new Promise((resolve) => process.once(name, () => resolve()));
}
