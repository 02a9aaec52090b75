import { mkdtemp, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { columns } from '../electron/cli/columns.ts';
import { formatBytes, formatRate } from '../shared/text/units.ts';
import { EIGHT_GB, TWO_GB, writeManyRanks, writeRun } from './bench/checkpoints.ts';
import { measure, median } from './bench/measure.ts';
import { mindSporeMerge, pythonHeaders } from './bench/peers.ts';
import { buildIfNeeded } from './build.ts';
import { ROOT, removeFolder } from './bundles.ts';

/**
 * `npm run bench [-- --pairs N --big --folder DIR --out FILE]`: times of the built program, in pairs with `cp` of the
 * same bytes in the same run, because disks and neighbours differ from minute to minute.
 */
const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    big: { type: 'boolean', default: false },
    folder: { type: 'string', default: join(ROOT, 'dist') },
    out: { type: 'string' },
    only: { type: 'string', default: 'merge,open' },
  },
});

interface Result {
  readonly what: string;
  readonly seconds: number;
  readonly note: string;
  readonly peakBytes?: number;
  readonly ratio?: number;
  readonly all?: readonly number[];
}

const CLI = join(ROOT, 'dist', 'cli.js');
const results: Result[] = [];
const shardscope = (...args: string[]) => measure(process.execPath, [CLI, ...args]);
const say = (text: string) => console.error(text);

function add(result: Result): void {
  results.push(result);
  say(rowOf(result).join('  '));
}

function rowOf({ what, seconds, note, peakBytes, ratio }: Result): string[] {
  return [
    what,
    `${seconds.toFixed(3)} s`,
    ratio === undefined ? '' : `${ratio.toFixed(2)} × cp`,
    peakBytes === undefined ? '' : `${formatBytes(peakBytes)} peak`,
    note,
  ];
}

/** Ours and `cp` in turn, so that both see the same machine. The ratio is of the medians. */
async function pairs(what: string, run: string, merged: string, flags: readonly string[]): Promise<void> {
  const ours: number[] = [];
  const copies: number[] = [];
  let peakBytes = 0;
  for (let i = 0; i < Number(options.pairs); i++) {
    const out = `${merged}-again`;
    await measure('sync', []);
    const own = await shardscope('merge', run, '--out', out, '--progress', 'none', ...flags);
    await removeFolder(out);
    await measure('sync', []);
    const copy = await measure('cp', ['-r', merged, out]);
    await removeFolder(out);
    ours.push(own.seconds);
    copies.push(copy.seconds);
    peakBytes = Math.max(peakBytes, own.peakBytes ?? 0);
    say(`  pair ${i + 1}: ${own.seconds.toFixed(2)} s, cp ${copy.seconds.toFixed(2)} s`);
  }
  const bytes = await folderBytes(merged);
  const ratio = median(ours) / median(copies);
  add({
    what,
    seconds: median(ours),
    ratio,
    peakBytes,
    all: ours,
    note: formatRate(bytes / median(ours)),
  });
  add({
    what: `  cp -r of its output (${formatBytes(bytes)})`,
    seconds: median(copies),
    all: copies,
    note: formatRate(bytes / median(copies)),
  });
}

async function folderBytes(folder: string): Promise<number> {
  const { stdout } = await measure('du', ['-sb', folder]);
  return Number(stdout.split('\t')[0]);
}

async function benchMerge(folder: string): Promise<void> {
  const run = join(folder, 'output');
  const merged = join(folder, 'merged');
  say('writing the checkpoint …');
  await writeRun(run, options.big ? EIGHT_GB : TWO_GB);
  say(`${formatBytes(await folderBytes(run))} of rank files`);
  await shardscope('merge', run, '--out', merged, '--no-fsync', '--no-verify', '--progress', 'none');
  await pairs('merge --no-fsync --no-verify', run, merged, ['--no-fsync', '--no-verify']);
  await pairs('merge --no-fsync', run, merged, ['--no-fsync']);
  await pairs('merge', run, merged, []);
  const strategy = join(folder, 'merged_strategy.ckpt');
  await shardscope('strategy', 'merge', join(run, 'strategy'), strategy);
  const peer = await mindSporeMerge(run, strategy, join(folder, 'mindspore'));
  if (peer === undefined) say('MINDSPORE_PYTHON is not set: no comparison with MindSpore.');
  else
    add({
      what: 'MindSpore unified_safetensors',
      seconds: peer.callSeconds,
      note: `${peer.seconds.toFixed(1)} s with its start`,
      ...(peer.peakBytes !== undefined && { peakBytes: peer.peakBytes }),
    });
}

async function repeat(what: string, times: number, note: string, args: readonly string[]): Promise<void> {
  const all: number[] = [];
  let peakBytes = 0;
  for (let i = 0; i < times; i++) {
    const one = await shardscope(...args);
    all.push(one.seconds);
    peakBytes = Math.max(peakBytes, one.peakBytes ?? 0);
  }
  add({ what, seconds: median(all), all, peakBytes, note });
}

async function benchOpen(folder: string): Promise<void> {
  const eight = join(ROOT, 'test', 'fixtures', 'dp2_mp4');
  await repeat('inspect, 8 ranks', 10, 'a new process each time', ['inspect', '--json', eight]);
  const many = join(folder, 'many');
  const { ranks, tensors } = await writeManyRanks(many);
  const size = `${ranks} ranks × ${tensors} tensors`;
  await repeat(`inspect, ${size}`, 3, 'a new process each time', ['inspect', '--json', many]);
  await openInProcess(many, size);
  const peer = await pythonHeaders(many);
  if (peer !== undefined)
    add({
      what: `Python safetensors, headers of ${size}`,
      seconds: peer.callSeconds,
      note: 'headers alone, no strategy',
    });
}

async function openInProcess(many: string, size: string): Promise<void> {
  process.env.SHARDSCOPE_WORKER = join(ROOT, 'dist', 'worker.js');
  const { readCheckpoint } = await import('../electron/cli/open-checkpoint.ts');
  const all: number[] = [];
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    await readCheckpoint(many, {});
    all.push((performance.now() - began) / 1000);
  }
  add({ what: `opening in the engine, ${size}`, seconds: median(all), all, note: 'in a running process' });
}

await buildIfNeeded();
const folder = await mkdtemp(join(resolve(options.folder), 'bench-'));
try {
  if (options.only.includes('open')) await benchOpen(folder);
  if (options.only.includes('merge')) await benchMerge(folder);
} finally {
  await removeFolder(folder);
}
const machine = {
  cpus: cpus().length,
  cpu: cpus()[0]?.model ?? '',
  memory: formatBytes(totalmem()),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
console.log(
  `\n${machine.cpus} × ${machine.cpu}, ${machine.memory}, Node ${machine.node}, ${machine.platform}`,
);
console.log(columns(results.map(rowOf), [1, 2, 3]).join('\n'));
if (options.out !== undefined)
  await writeFile(options.out, `${JSON.stringify({ machine, results }, null, 2)}\n`);
