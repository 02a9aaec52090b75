import { basename } from 'node:path';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import type { OutputFile, OutputText } from '../../../shared/plan/plan.ts';

/**
 * The meta.json of each rank folder that is written, as training leaves it: epoch, step and file name of the last
 * save, which `resume_training: True` goes by. Copies would not do: those of the source name its newest save, which
 * need not be the one that is written, and a lost rank has none. None where the source has none: it is of another tool.
 */
export function metaTexts(
  { files, saves, suffix }: Pick<CheckpointSummary, 'files' | 'saves' | 'suffix'>,
  outputs: readonly OutputFile[],
): OutputText[] {
  const save = saves.find((candidate) => candidate.suffix === suffix);
  if (save?.step === undefined || save.weightsOnly || !files.some(({ kind }) => kind === 'meta')) return [];
  return outputs.map(({ path }) => ({
    path: path.replace(/[^/]+$/, 'meta.json'),
    text: metaText(save.epoch ?? 0, save.step ?? 0, basename(path)),
  }));
}

/** Character by character what Python's `json.dump` writes. */
function metaText(epoch: number, step: number, file: string): string {
  const name = JSON.stringify(file).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `{"last_epoch": ${epoch}, "last_step": ${step}, "last_ckpt_file": ${name}}`;
}
