import { mkdtemp, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchCast } from './bench/cast.ts';
import { EIGHT_GB, TWO_GB } from './bench/checkpoints.ts';
import { benchJobs, JOB_NAMES } from './bench/jobs.ts';
import { benchOpen } from './bench/open.ts';
import { benchPage } from './bench/page.ts';
import { describeMachine, Report } from './bench/report.ts';
import { benchValues } from './bench/values.ts';
import { buildIfNeeded } from './build.ts';
import { ROOT, removeFolder } from './bundles.ts';

/**
 * `npm run bench [-- --only page,open,slice --pairs N --big --fsync --folder DIR --out FILE]`: times of the built
 * program, in pairs with `cp` of the same bytes in the same run; the page in Chromium beside what it should be;
 * statistics beside NumPy's.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: ['page', 'open', 'values', ...JOB_NAMES, 'cast'].join() },
    pairs: { type: 'string', default: '5' },
    big: { type: 'boolean', default: false },
    fsync: { type: 'boolean', default: false },
    folder: { type: 'string', default: join(ROOT, 'dist') },
    out: { type: 'string' },
  },
});

await buildIfNeeded();
const only = options.only.split(',');
const jobs = JOB_NAMES.filter((name) => only.includes(name));
const report = new Report();
const folder = await mkdtemp(join(resolve(options.folder), 'bench-'));
try {
  if (only.includes('page')) await benchPage(report, folder);
  if (only.includes('open')) await benchOpen(report, folder);
  if (only.includes('values')) await benchValues(report, folder, Number(options.pairs));
  if (jobs.length > 0)
    await benchJobs(report, {
      ...{ folder, jobs, pairs: Number(options.pairs), fsync: options.fsync },
      size: options.big ? EIGHT_GB : TWO_GB,
    });
  if (only.includes('cast')) await benchCast(report, folder, Number(options.pairs));
} finally {
  await removeFolder(folder);
}
const machine = describeMachine();
console.log(
  `\n${machine.cpus} × ${machine.cpu}, ${machine.memory}, Node ${machine.node}, ${machine.platform}, load ${machine.load}`,
);
console.log(report.table());
if (options.out !== undefined)
  await writeFile(options.out, `${JSON.stringify({ machine, results: report.results }, null, 2)}\n`);
