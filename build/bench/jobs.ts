import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/units.ts';
import { ROOT, removeFolder } from '../bundles.ts';
import type { LlamaSize } from '../sample/llama.ts';
import { writeRun, writeTurnedStrategy } from './checkpoints.ts';
import { folderBytes, measure, type Run } from './measure.ts';
import { pairs } from './pairs.ts';
import { PEERS } from './peers.ts';
import type { Report } from './report.ts';

/** Files that jobs read: those of a training run, and what other jobs made of it. */
class Sources {
  readonly run: string;
  readonly strategy: string;
  /** The same devices, every matrix cut along its other dimension: no slice stays in one piece. */
  readonly turned: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.run = join(folder, 'output');
    this.strategy = join(folder, 'strategy.ckpt');
    this.turned = join(folder, 'turned.ckpt');
  }

  outputOf(job: JobName): string {
    return join(this.#folder, job);
  }
}

const JOBS = {
  merge: ({ run }: Sources) => [run],
  slice: (sources: Sources) => [sources.outputOf('merge'), '--strategy', sources.strategy],
  reshard: ({ run, strategy, turned }: Sources) => [
    ...[run, '--src-strategy', strategy],
    ...['--dst-strategy', turned],
  ],
  dedupe: ({ run, strategy }: Sources) => [run, '--strategy', strategy],
  restore: (sources: Sources) => [sources.outputOf('dedupe'), '--strategy', sources.strategy],
  convert: ({ run }: Sources) => [join(run, 'checkpoint'), '--to', 'ckpt'],
};

export type JobName = keyof typeof JOBS;
export const JOB_NAMES = Object.keys(JOBS) as JobName[];

/** Jobs whose output another one reads. */
const READS: Partial<Record<JobName, JobName>> = { slice: 'merge', restore: 'dedupe' };

export interface JobBench {
  readonly folder: string;
  readonly size: LlamaSize;
  readonly jobs: readonly JobName[];
  readonly pairs: number;
  /** Also with fsync, which `cp` does not do. */
  readonly fsync: boolean;
}

/** Each job beside `cp -r` of its output, and beside MindSpore's own function where there is one. */
export async function benchJobs(report: Report, bench: JobBench): Promise<void> {
  const sources = new Sources(bench.folder);
  report.say('writing the checkpoint …');
  await writeRun(sources.run, bench.size);
  await shardscope('strategy', 'merge', join(sources.run, 'strategy'), sources.strategy);
  await writeTurnedStrategy(sources.turned, bench.size);
  report.say(`${formatBytes(await folderBytes(join(sources.run, 'checkpoint')))} of rank files`);

  const job = (name: JobName, out: string, ...flags: string[]) =>
    shardscope(name, ...JOBS[name](sources), '--out', out, '--progress', 'none', ...flags);
  const write = async (name: JobName) => {
    const out = sources.outputOf(name);
    if (!existsSync(out)) await job(name, out, '--no-fsync', '--no-verify');
    return out;
  };
  for (const name of bench.jobs) {
    const reads = READS[name];
    if (reads) await write(reads);
    const output = await write(name);
    const flags = [['--no-fsync', '--no-verify'], ['--no-fsync'], ...(bench.fsync ? [[]] : [])];
    for (const more of flags)
      await pairs(report, [name, ...more].join(' '), bench.pairs, { output }, (out) =>
        job(name, out, ...more),
      );
    await benchPeer(report, name, sources);
    const later = bench.jobs.slice(bench.jobs.indexOf(name) + 1);
    if (!later.some((other) => READS[other] === name)) await removeFolder(output);
  }
}

async function benchPeer(report: Report, name: JobName, sources: Sources): Promise<void> {
  const peer = PEERS[name];
  if (!peer) return;
  const out = `${sources.outputOf(name)}-mindspore`;
  const ran = await peer({ ...sources, merged: sources.outputOf('merge'), out });
  await removeFolder(out);
  if (!ran) return report.say('MINDSPORE_PYTHON is not set: no comparison with MindSpore.');
  report.add({
    what: `  MindSpore ${ran.call}`,
    seconds: ran.callSeconds,
    note: `${ran.seconds.toFixed(1)} s with its start`,
    ...(ran.peakBytes !== undefined && { peakBytes: ran.peakBytes }),
  });
}

export function shardscope(...args: string[]): Promise<Run> {
  return measure(process.execPath, [join(ROOT, 'dist', 'cli.js'), ...args]);
}
