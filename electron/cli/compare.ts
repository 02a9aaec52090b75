import { resolve } from 'node:path';
import type { CompareRequest } from '../../shared/compare/options.ts';
import { type ComparedTensor, type Comparison, wholeShape } from '../../shared/compare/results.ts';
import { refuse } from '../../shared/errors.ts';
import type { JobResult } from '../../shared/jobs.ts';
import { boxWords } from '../../shared/layout/words.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { amount, formatBytes, formatCount } from '../../shared/text/units.ts';
import { columns } from './columns.ts';
import type { CompareCommandOptions } from './commands/inspect.ts';
import { parseNameRule, parseSide } from './compare-side.ts';
import { runJob } from './job.ts';
import { warningLine } from './job-words.ts';
import { progressTeller } from './progress.ts';
import { openSession, type Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Tensors listed in words; --json has all. */
const MOST_ROWS = 20;
const PAGE = 1000;

/** `compare`: two checkpoints, saves, ranks or files, tensor by tensor. Exit code 1 when they are not equal. */
export async function compare(
  terminal: Terminal,
  a: string,
  b: string,
  options: CompareCommandOptions,
): Promise<number> {
  const session = await openSession({ threads: options.threads });
  try {
    const { atol, rtol, equalNan, map = [], strategy, strategyB = strategy } = options;
    const request: CompareRequest = {
      a: { ...parseSide(a), ...(strategy !== undefined && { strategy: resolve(strategy) }) },
      b: { ...parseSide(b), ...(strategyB !== undefined && { strategy: resolve(strategyB) }) },
      nanEqual: equalNan,
      names: map.map(parseNameRule),
      ...(atol !== undefined && { atol }),
      ...(rtol !== undefined && { rtol }),
    };
    const progress = progressTeller(terminal, options.progress);
    // The list of all tensors is asked for under the job's name, which its events tell.
    let job = '';
    const deaf = session.listen((event) => {
      if (event.type === 'job') job = event.job.id;
    });
    const result = await runJob(terminal, session, 'compare.start', request, progress);
    deaf();
    const { comparison } = result;
    if (!comparison) return refuse('INTERNAL', 'The comparison has no result.', 'Report this.');
    if (terminal.json) terminal.document(await document(session, job, result, comparison));
    else tell(terminal, result, comparison);
    return comparison.equal ? 0 : 1;
  } finally {
    await session.close();
  }
}

async function document(
  session: Session,
  job: string,
  { bytes, seconds, warnings }: JobResult,
  { request, labels, counts, slices, parts, equal }: Comparison,
) {
  const tensors: ComparedTensor[] = [];
  for (let more = true; more; ) {
    const page = await session.call('compare.page', { job, offset: tensors.length, limit: PAGE });
    tensors.push(...page.rows);
    more = tensors.length < page.totalRows && page.rows.length > 0;
  }
  const { a, b, ...asked } = request;
  return {
    a: { ...a, label: labels.a },
    b: { ...b, label: labels.b },
    ...asked,
    equal,
    counts,
    ...(slices && { slices }),
    ...(parts !== undefined && { parts }),
    bytes,
    seconds,
    warnings,
    tensors,
  };
}

function tell(terminal: Terminal, result: JobResult, comparison: Comparison): void {
  const { labels, counts, found, slices, parts: ofWhole } = comparison;
  for (const warning of result.warnings) terminal.note(warningLine(warning));
  const rows = found.slice(0, MOST_ROWS).map((row) => [row.status, escapeText(row.name), words(row)]);
  for (const line of columns(rows)) terminal.print(line);
  const more = result.tensors - counts.equal - rows.length;
  if (more > 0) terminal.print(`${formatCount(more)} more that are not equal; --json lists all.`);
  if (terminal.quiet) return;
  if (slices && slices.other > 0)
    terminal.print(
      `The strategy gives them the same slice of ${amount(slices.same, 'tensor')}; of ${formatCount(slices.other)} they hold different slices.`,
    );
  if (ofWhole !== undefined)
    terminal.print(
      `${amount(ofWhole, 'tensor')} of the rank ${ofWhole === 1 ? 'was' : 'were'} compared with the same part of the whole tensor.`,
    );
  const parts = [
    `${formatCount(counts.equal)} equal`,
    counts.different > 0 && `${formatCount(counts.different)} different`,
    counts.shape > 0 && `${formatCount(counts.shape)} of other shapes`,
    counts.dtype > 0 && `${formatCount(counts.dtype)} of other dtypes`,
    counts.unreadable > 0 && `${formatCount(counts.unreadable)} unreadable`,
    counts['only-a'] > 0 && `${formatCount(counts['only-a'])} only in ${labels.a}`,
    counts['only-b'] > 0 && `${formatCount(counts['only-b'])} only in ${labels.b}`,
  ].filter((part) => part !== false);
  terminal.print(
    `Compared ${labels.a} with ${labels.b}: ${amount(result.tensors, 'tensor')}, ${formatBytes(result.bytes)} read, in ${result.seconds.toFixed(1)} s: ${parts.join(', ')}.`,
  );
}

/** What is to be said about a tensor behind its status and name. */
function words(row: ComparedTensor): string {
  const { status, a, b, part, numbers, message } = row;
  const shape = (of: ComparedTensor['a']) => `[${of?.shape.join(', ')}]`;
  if (message !== undefined) return escapeText(message, 1000);
  if (status === 'shape') return `${shape(a)} and ${shape(b)}`;
  const parts = status === 'dtype' ? [`${a?.dtype} and ${b?.dtype}`] : [];
  if (part) parts.push(`${boxWords(part.box, wholeShape(row))} of the whole`);
  if (!numbers || numbers.differing === 0) return parts.join(', ');
  const { differing, elements, first, maxAbs, relativeL2, cosine } = numbers;
  parts.push(`${formatCount(differing)} of ${formatCount(elements)} elements`);
  if (first) parts.push(`first [${first.join(', ')}]`);
  if (maxAbs !== undefined) parts.push(`largest ${short(maxAbs)}`);
  if (relativeL2 !== undefined) parts.push(`relative L2 ${short(relativeL2)}`);
  if (cosine !== undefined) parts.push(`cosine ${cosine.toFixed(9)}`);
  return parts.join(', ');
}

function short(number: number): string {
  return String(Number(number.toPrecision(4)));
}
