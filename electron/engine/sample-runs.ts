import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import type { Plan } from '../../shared/plan/plan.ts';
import { executePlan } from './execute.ts';
import type { ExecuteOptions, ExecuteResult } from './execution.ts';
import { WorkerPool } from './pool.ts';
import type { Sample } from './sample-plan.ts';

/** For tests: plans carried out in a folder that each test gets anew, by threads that all tests of a file share. */
export class SampleRuns {
  readonly #pool: WorkerPool;
  readonly #options: Partial<ExecuteOptions>;
  #folder = '';

  /** `options`: what every run has, if it says nothing else. */
  constructor(threads: number, options: Partial<ExecuteOptions> = {}) {
    this.#pool = new WorkerPool(threads);
    this.#options = options;
    beforeEach(() => {
      this.#folder = mkdtempSync(join(tmpdir(), 'shardscope-run-'));
    });
    afterEach(() => rmSync(this.#folder, { recursive: true, force: true }));
    afterAll(() => this.#pool.close());
  }

  get folder(): string {
    return this.#folder;
  }

  /** A path in the folder: sources lie in `source`, and runs write to `out`. */
  path(...names: string[]): string {
    return join(this.#folder, ...names);
  }

  execute(plan: Plan, options: Partial<ExecuteOptions> = {}): Promise<ExecuteResult> {
    return executePlan(plan, {
      ...{ out: this.path('out'), pool: this.#pool, fsync: false, verify: true, overwrite: false },
      ...{ signal: new AbortController().signal, onProgress: () => {}, ...this.#options, ...options },
    });
  }

  /** Names beside sources and output. */
  leftBehind(): string[] {
    return readdirSync(this.#folder).filter((name) => name !== 'source' && name !== 'out');
  }
}

/** Holds the files and texts of an output against what the sample says. */
export function expectWritten({ plan, expected }: Sample, out: string): void {
  plan.outputs.forEach(({ path }, i) => {
    expect(readFileSync(join(out, path)).equals(expected[i] ?? Buffer.of()), path).toBe(true);
  });
  for (const { path, text } of plan.texts) expect(readFileSync(join(out, path), 'utf8')).toBe(text);
}
