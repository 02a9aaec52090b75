import { resolve } from 'node:path';
import { cellStates, type SaveState, type SavesReport } from '../../shared/saves/report.ts';
import { nameOf } from '../../shared/saves/resume.ts';
import {
  automaticSentence,
  resumeExitCode,
  resumeSentence,
  runsSentence,
  saveProblems,
  stepsSentence,
} from '../../shared/saves/words.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { formatBytes, formatCount } from '../../shared/text/units.ts';
import { firstRows } from './columns.ts';
import { problemLine } from './problem-line.ts';
import { openSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/**
 * `resume-check`: from which save training can go on, and why from no newer one. Exit code 0 for the newest save,
 * 1 for an older one or none, 3 where damaged files are the reason.
 */
export async function resumeCheck(
  terminal: Terminal,
  path: string,
  options: { readonly strategy?: string },
): Promise<number> {
  const session = await openSession();
  try {
    const { strategy } = options;
    const request = { path: resolve(path), ...(strategy !== undefined && { strategy: resolve(strategy) }) };
    const { id: checkpoint } = await session.call('checkpoint.open', request);
    const report = await session.call('saves.report', { checkpoint });
    const code = resumeExitCode(report);
    if (terminal.json) terminal.document(document(report));
    else for (const line of lines(terminal, report)) terminal.print(line);
    return code;
  } finally {
    await session.close();
  }
}

function document(report: SavesReport) {
  const from = report.saves.find(({ suffix }) => suffix === report.resume.from);
  return {
    ...report,
    canResume: from !== undefined,
    step: from?.step ?? null,
    epoch: from?.epoch ?? null,
    sentence: resumeSentence(report),
    problems: saveProblems(report),
  };
}

function lines(terminal: Terminal, report: SavesReport): string[] {
  const { saves, ranks, resume } = report;
  const rows = saves
    .toReversed()
    .map((save) => [
      nameOf(saves, save.suffix),
      save.suffix,
      `${formatCount(wholeCount(save, ranks))} of ${formatCount(ranks.length)}`,
      formatBytes(save.bytes),
      save.suffix === resume.from ? 'training can resume' : save.weightsOnly ? 'weights only' : '',
    ]);
  const remarks = [automaticSentence(report), stepsSentence(report), runsSentence(report)];
  return [
    terminal.style('bold', resumeSentence(report)),
    ...remarks.flatMap((remark) => remark ?? []),
    '',
    ...firstRows(
      ['save', 'suffix', 'whole on ranks', 'bytes', ''],
      rows.map((row) => row.map((cell) => escapeText(cell))),
      [2, 3],
      'saves',
    ),
    ...saveProblems(report).map((problem) => problemLine(terminal, problem)),
  ];
}

function wholeCount(save: SaveState, ranks: readonly number[]): number {
  const state = cellStates(save);
  return ranks.filter((rank) => state(rank) === 'whole').length;
}
