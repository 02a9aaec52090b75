import type { CheckpointSummary, Save, TensorRow } from '../../shared/checkpoint.ts';
import { formatCount } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';

/** What a checkpoint is, for its badge: "Distributed · MindSpore". */
export function kindWords({ kind, format }: CheckpointSummary): string {
  switch (kind) {
    case 'complete-huggingface':
      return t('Complete · Hugging Face');
    case 'complete-mindspore':
      return t('Complete · MindSpore');
    case 'distributed':
      return t('Distributed · MindSpore');
    case 'training-output':
      return t('Training output · MindSpore');
    case 'file':
      return format === 'ckpt' ? t('One file · MindSpore .ckpt') : t('One file · safetensors');
    case 'strategy':
      return t('Strategy · MindSpore');
  }
}

/** "step 30", "epoch 2", or what tells the save's files apart. */
export function saveWords(save: Save): string {
  if (save.step !== undefined) return t('step {{step}}', { step: save.step });
  if (save.epoch !== undefined) return t('epoch {{epoch}}', { epoch: save.epoch });
  return save.suffix === '' ? t('one save') : save.suffix;
}

/** What a tensor is for. */
export function roleWords(role: TensorRow['role']): string {
  switch (role) {
    case 'weight':
      return t('weight');
    case 'optimizer':
      return t('optimizer state');
    case 'hyper':
      return t('hyper parameter');
  }
}

/** The newest save that every rank has: where training can resume. */
export function newestWhole(summary: CheckpointSummary): Save | undefined {
  return summary.saves.findLast((save) => save.whole);
}

/** Ranks that have the open save: a folder that lacks it has others. */
export function heldRanks({ ranks, missingRanks }: CheckpointSummary): number[] {
  const missing = new Set(missingRanks);
  return ranks.filter((rank) => !missing.has(rank));
}

/** "49 %": a share, never rounded to nothing or to all. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 1) return t('under 1 %');
  if (percent < 100 && percent > 99) return t('over 99 %');
  return `${Math.round(percent)} %`;
}

/** "28 of 1,155 tensors"; `words` alone when it is all of them. */
export function partOf(part: number, whole: number, words = formatCount(whole)): string {
  return part === whole ? words : t('{{part}} of {{whole}}', { part: formatCount(part), whole: words });
}

/** Last part of a path, whichever separator it has. */
export function lastPart(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) || path
  );
}

/** "BF16", "BF16 and F32", "BF16, F32 and I64". */
export function listed(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : t('{{list}} and {{last}}', { list: words.slice(0, -1).join(t(', ')), last: words.at(-1) ?? '' });
}
