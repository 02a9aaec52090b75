import { readdirSync } from 'node:fs';
import { beforeEach, expect } from 'vitest';
import type { Plan } from '../../shared/plan/plan.ts';
import type { ExecuteOptions } from './execution.ts';
import { makeSample, type Sample } from './sample-plan.ts';
import { expectWritten, SampleRuns } from './sample-runs.ts';

/** For tests: a plan of four files for shares to carry out, made anew for each test. */
export class SampleShares {
  readonly runs = new SampleRuns(2);
  #sample: Sample | undefined;

  constructor() {
    beforeEach(() => {
      // Rows and columns of two tensors, some of them in two files each.
      const tensor = { dtype: 'BF16', shape: [96, 128], extentBytes: 0, leftOut: 3 } as const;
      const tensors = [
        { ...tensor, sourceCuts: [[], [32, 64]], outputCuts: [[24, 48, 72], []], copies: 1 },
        { ...tensor, sourceCuts: [[32], []], outputCuts: [[], [64]], copies: 2 },
      ];
      this.#sample = makeSample(this.runs.path('source'), tensors, 3, 4);
    });
  }

  get sample(): Sample {
    if (!this.#sample) throw new Error('only a test has a sample');
    return this.#sample;
  }

  execute(options: Partial<ExecuteOptions> = {}, plan: Plan = this.sample.plan) {
    return this.runs.execute(plan, options);
  }

  share(index: number, count: number, options: Partial<ExecuteOptions> = {}) {
    return this.execute({ split: { index, count }, ...options });
  }

  expectWhole(): void {
    expectWritten(this.sample, this.runs.path('out'));
    expect(readdirSync(this.runs.path('out')).sort()).toEqual([
      ...['model.safetensors.index.json', 'rank_0', 'rank_1', 'rank_2', 'rank_3'],
    ]);
  }
}
