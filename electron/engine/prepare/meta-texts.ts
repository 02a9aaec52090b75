import { posix } from 'node:path';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import type { OutputFile, OutputText } from '../../../shared/plan/plan.ts';
import { rankOfFolder } from '../open/rank-folders.ts';
import { compareSaves, parseWeightName } from '../open/weight-names.ts';

/**
 * The meta.json of each rank folder that is written, as training leaves it: epoch, step and file name of the last
 * save, which `resume_training: True` goes by. Copies would not do: those of the source name its newest save, which
 * need not be among those that are written, as files that have another name now, and a lost rank has none. Weights
 * alone are nothing to resume from. None where the source has none: it is of another tool.
 */
export function metaTexts(
  { files }: Pick<CheckpointSummary, 'files'>,
  outputs: readonly OutputFile[],
): OutputText[] {
  if (!files.some(({ kind }) => kind === 'meta')) return [];
  const newest = new Map<string, Saved>();
  for (const { path } of outputs) {
    const folder = posix.dirname(path);
    const saved = savedAs(posix.basename(path), rankOfFolder(posix.basename(folder)));
    const other = newest.get(folder);
    if (saved && (!other || compareSaves(saved, other) > 0)) newest.set(folder, saved);
  }
  return [...newest].map(([folder, saved]) => ({ path: `${folder}/meta.json`, text: metaText(saved) }));
}

interface Saved {
  readonly epoch: number;
  readonly step: number;
  readonly run: number;
  readonly file: string;
}

/** What a file's name says of its save; undefined for what training does not resume from. */
function savedAs(file: string, rank: number | undefined): Saved | undefined {
  const name = rank === undefined ? undefined : parseWeightName(file, rank);
  if (name?.epoch === undefined || name.step === undefined || name.network) return undefined;
  return { epoch: name.epoch, step: name.step, run: name.run, file };
}

/** Character by character what Python's `json.dump` writes. */
function metaText({ epoch, step, file }: Saved): string {
  const name = JSON.stringify(file).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `{"last_epoch": ${epoch}, "last_step": ${step}, "last_ckpt_file": ${name}}`;
}
