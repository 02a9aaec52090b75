import { resolve } from 'node:path';
import type { JobResult } from '../../shared/jobs.ts';
import type { RedundancyReport } from '../../shared/redundancy-report.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { rankList } from '../../shared/text/ranks.ts';
import { amount, formatBytes, formatCount } from '../../shared/text/units.ts';
import { firstRows } from './columns.ts';
import type { RedundancyCommandOptions } from './commands/inspect.ts';
import { runJob } from './job.ts';
import { absolute } from './paths.ts';
import { problemLine } from './problem-line.ts';
import { progressTeller } from './progress.ts';
import { openSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const BYTES = ['held', 'needed', 'saved'];
/** Columns of numbers in both tables. */
const NUMBERS = [1, 2, 3, 4, 5];

/**
 * `redundancy`: what the ranks hold more than once, and what removing that would save; with `--verify` whether
 * copies are equal bit for bit. Exit code 1 when they are not.
 */
export async function redundancy(
  terminal: Terminal,
  path: string,
  options: RedundancyCommandOptions,
): Promise<number> {
  const session = await openSession({ threads: options.threads });
  try {
    const request = {
      path: resolve(path),
      strategy: absolute(options.strategy),
      fileSuffix: options.fileSuffix,
    };
    const { id: checkpoint } = await session.call('checkpoint.open', request);
    const report = await session.call('redundancy.report', { checkpoint });
    if (!terminal.json) for (const line of reportLines(report)) terminal.print(line);
    const compared =
      options.verify === true
        ? await runJob(
            terminal,
            session,
            'verify.start',
            { ...request, only: 'replicas' },
            progressTeller(terminal, options.progress),
          )
        : undefined;
    if (terminal.json) terminal.document(reportDocument(request.path, report, compared));
    else if (compared) tellCompared(terminal, compared);
    return compared?.verified === false ? 1 : 0;
  } finally {
    await session.close();
  }
}

function reportDocument(path: string, report: RedundancyReport, compared: JobResult | undefined) {
  if (!compared) return { path, ...report };
  const { verified, differences, problems } = compared;
  return { path, ...report, verified, differences, problems };
}

function reportLines({ groups, parameters, parameterCount, outside, ...total }: RedundancyReport): string[] {
  const bytes = (of: { heldBytes: number; neededBytes: number; savedBytes: number }) =>
    [of.heldBytes, of.neededBytes, of.savedBytes].map(formatBytes);
  const [held, needed, saved] = bytes(total);
  const groupRows = groups.map((group) => [
    rankList(group.ranks).replace(/^ranks? /, ''),
    `${group.stage}`,
    formatCount(group.parameters),
    ...bytes(group),
  ]);
  const worst = parameters.toSorted((a, b) => b.savedBytes - a.savedBytes);
  const parameterRows = worst.map((one) => [
    escapeText(one.name),
    formatCount(one.slices),
    formatCount(one.copies),
    ...bytes(one),
  ]);
  return [
    `The ranks hold ${held} of ${amount(parameterCount, 'parameter')}; ${needed} are needed, removing redundancy saves ${saved}.`,
    ...(outside.tensors > 0
      ? [
          `${amount(outside.tensors, 'tensor')} beside them ${outside.tensors === 1 ? 'stays as it is' : 'stay as they are'}: ${formatBytes(outside.heldBytes)}.`,
        ]
      : []),
    '',
    ...firstRows(['ranks', 'stage', 'parameters', ...BYTES], groupRows, NUMBERS, 'groups'),
    '',
    ...firstRows(['parameter', 'slices', 'copies', ...BYTES], parameterRows, NUMBERS, 'parameters'),
  ];
}

function tellCompared(
  terminal: Terminal,
  { problems = [], tensors, bytes, seconds, verified }: JobResult,
): void {
  terminal.print('');
  for (const problem of problems) terminal.print(problemLine(terminal, problem));
  terminal.print(
    `Compared the replicas of ${amount(tensors, 'tensor')}, ${formatBytes(bytes)} read, in ${seconds.toFixed(1)} s: ${verified ? 'all are equal' : 'not all are equal'}.`,
  );
}
