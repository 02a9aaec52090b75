import { resolve } from 'node:path';
import type { CheckpointSummary, RedundancySummary } from '../../shared/checkpoint.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { rangeWords } from '../../shared/text/ranges.ts';
import { amount, formatBytes, formatCount, formatParameters } from '../../shared/text/units.ts';
import { columns } from './columns.ts';
import { readCheckpoint } from './open-checkpoint.ts';
import type { CheckpointOptions } from './options.ts';
import { problemLine } from './problem-line.ts';
import type { Terminal } from './terminal.ts';

type Summary = Omit<CheckpointSummary, 'id'>;

/** `inspect`: what a path is, at a glance. Exit code 1 when a problem makes it unusable as it is. */
export async function inspect(terminal: Terminal, path: string, options: CheckpointOptions): Promise<number> {
  const { summary } = await readCheckpoint(resolve(path), options);
  if (terminal.json) terminal.document(inspectDocument(summary));
  else for (const line of summaryLines(terminal, summary)) terminal.print(line);
  return summary.problems.some((problem) => problem.severity === 'error') ? 1 : 0;
}

/** What `inspect --json` prints: the summary, with plain lists where scripts expect them. */
function inspectDocument(summary: Summary) {
  const steps = summary.saves.flatMap((save) => (save.step === undefined ? [] : [save.step]));
  return {
    ...summary,
    dtypes: summary.dtypes.map((one) => one.dtype),
    dtypeDetails: summary.dtypes,
    steps: [...new Set(steps)].sort((a, b) => a - b),
  };
}

const KINDS: Readonly<Record<Summary['kind'], string>> = {
  'complete-huggingface': 'complete weights, Hugging Face',
  'complete-mindspore': 'complete weights, MindSpore',
  distributed: 'distributed checkpoint',
  'training-output': 'training output',
  file: 'one weight file',
  strategy: 'strategy',
};

function summaryLines(terminal: Terminal, summary: Summary): string[] {
  const rows: string[][] = [['path', escapeText(summary.path, 4096)]];
  rows.push([
    'kind',
    [KINDS[summary.kind], ...(summary.format === 'none' ? [] : [summary.format])].join(', '),
  ]);
  if (summary.saves.length > 0) rows.push(['saves', saveWords(summary)]);
  if (summary.tensorCount > 0) rows.push(...totalRows(summary));
  if (summary.ranks.length > 0) {
    const stages = summary.stageCount > 1 ? `, ${summary.stageCount} stages` : '';
    const missing = summary.missingRanks.length > 0 ? `; missing: ${rangeWords(summary.missingRanks)}` : '';
    rows.push(['ranks', `${summary.ranks.length} (${rangeWords(summary.ranks)})${stages}${missing}`]);
    rows.push(['redundancy', redundancyWords(summary.redundancy, summary.storedByteCount)]);
  }
  if (summary.strategy !== undefined) {
    const { words, parameterCount, path, origin } = summary.strategy;
    rows.push([
      'strategy',
      `${words}, ${amount(parameterCount, 'parameter')}, ${origin}: ${escapeText(path, 4096)}`,
    ]);
  }
  const lines = columns(rows.map(([label = '', text = '']) => [`${label}:`, text]));
  return [...lines, ...summary.problems.map((problem) => problemLine(terminal, problem))];
}

function totalRows(summary: Summary): string[][] {
  const each = summary.countsAreWhole ? '' : ' as they lie in the files (no strategy known)';
  const { optimizer } = summary;
  return [
    [
      'tensors',
      `${formatCount(summary.tensorCount)}${optimizer.tensors > 0 ? `, ${formatCount(optimizer.tensors)} of them optimizer state` : ''}`,
    ],
    ['parameters', `${parameterWords(summary.parameterCount)}${each}`],
    [
      'size',
      `${formatBytes(summary.byteCount)} each tensor once; ${formatBytes(summary.storedByteCount)} in ${amount(summary.fileCount, 'file')}`,
    ],
    ['dtypes', summary.dtypes.map((one) => `${one.dtype} ${formatCount(one.tensors)}`).join(', ')],
  ];
}

/** "7.62 B (7,615,616,512)"; below a thousand the exact number is all there is to say. */
function parameterWords(count: number): string {
  return count < 1000 ? `${count}` : `${formatParameters(count)} (${formatCount(count)})`;
}

function saveWords(summary: Summary): string {
  return summary.saves
    .map((save) => {
      const name = escapeText(save.suffix || 'unnumbered');
      const open = save.suffix === summary.suffix ? ' (open)' : '';
      return `${name}${open}${save.whole ? '' : ' (not on every rank)'}${save.weightsOnly ? ' (weights only)' : ''}`;
    })
    .join(', ');
}

function redundancyWords(redundancy: RedundancySummary, stored: number): string {
  switch (redundancy.state) {
    case 'full':
      return `replicas on every rank: ${formatBytes(redundancy.neededBytes)} of ${formatBytes(stored)} are needed`;
    case 'removed':
      return 'removed: one copy of each slice';
    case 'none':
      return 'none: no two ranks hold the same slice';
    case 'unknown':
      return 'unknown without a strategy';
  }
}
