import { join } from 'node:path';
import { mergeOptions } from '../../shared/job-options.ts';
import { checkPlan } from '../../shared/plan/check.ts';
import { ROOT } from '../bundles.ts';
import { writeManyRanks } from './checkpoints.ts';
import { shardscope } from './jobs.ts';
import { median } from './measure.ts';
import { pythonHeaders } from './peers.ts';
import type { Report } from './report.ts';

/** Opening: a small folder, and 1,024 ranks of 1,000 tensors, beside Python's safetensors; and planning with these. */
export async function benchOpen(report: Report, folder: string): Promise<void> {
  const eight = join(ROOT, 'test', 'fixtures', 'dp2_mp4');
  await inspect(report, '8 ranks', 10, eight);
  const many = join(folder, 'many');
  const { ranks, tensors } = await writeManyRanks(many);
  const size = `${ranks} ranks × ${tensors} tensors`;
  await inspect(report, size, 3, many);
  await inProcess(report, many, size);
  const peer = await pythonHeaders(many);
  if (peer !== undefined)
    report.add({
      what: `Python safetensors, headers of ${size}`,
      seconds: peer.callSeconds,
      note: 'headers alone, no strategy',
    });
}

async function inspect(report: Report, size: string, times: number, path: string): Promise<void> {
  const all: number[] = [];
  let peakBytes = 0;
  for (let i = 0; i < times; i++) {
    const one = await shardscope('inspect', '--json', path);
    all.push(one.seconds);
    peakBytes = Math.max(peakBytes, one.peakBytes ?? 0);
  }
  const note = 'a new process each time';
  report.add({ what: `inspect, ${size}`, seconds: median(all), all, peakBytes, note });
}

async function inProcess(report: Report, many: string, size: string): Promise<void> {
  process.env.SHARDSCOPE_WORKER = join(ROOT, 'dist', 'worker.cjs');
  const { readCheckpoint } = await import('../../electron/cli/open-checkpoint.ts');
  const { prepareMerge } = await import('../../electron/engine/prepare/merge.ts');
  const options = mergeOptions.parse({ job: 'merge', path: many, out: `${many}-merged` });
  const opening: number[] = [];
  const planning: number[] = [];
  const checking: number[] = [];
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    const open = await readCheckpoint(many, {});
    const opened = performance.now();
    const { plan } = await prepareMerge(open, options);
    const planned = performance.now();
    checkPlan(plan, open.model);
    opening.push((opened - began) / 1000);
    planning.push((planned - opened) / 1000);
    checking.push((performance.now() - planned) / 1000);
  }
  const note = 'in a running process';
  const add = (what: string, all: readonly number[]) =>
    report.add({ what: `${what}, ${size}`, seconds: median(all), all, note });
  add('opening in the engine', opening);
  add('planning a merge', planning);
  add('checking its plan', checking);
}
