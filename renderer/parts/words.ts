import type { CheckpointSummary, Save } from '../../shared/checkpoint.ts';
import { formatCount } from '../../shared/text/units.ts';

/** What a checkpoint is, for its badge: "Distributed · MindSpore". */
export function kindWords({ kind, format }: CheckpointSummary): string {
  switch (kind) {
    case 'complete-huggingface':
      return 'Complete · Hugging Face';
    case 'complete-mindspore':
      return 'Complete · MindSpore';
    case 'distributed':
      return 'Distributed · MindSpore';
    case 'training-output':
      return 'Training output · MindSpore';
    case 'file':
      return format === 'ckpt' ? 'One file · MindSpore .ckpt' : 'One file · safetensors';
    case 'strategy':
      return 'Strategy · MindSpore';
  }
}

/** "1 file", "17 files", "1,155 tensors". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** "step 30", "epoch 2", or what tells the save's files apart. */
export function saveWords(save: Save): string {
  if (save.step !== undefined) return `step ${save.step}`;
  if (save.epoch !== undefined) return `epoch ${save.epoch}`;
  return save.suffix === '' ? 'one save' : save.suffix;
}

/** The newest save that every rank has: where training can resume. */
export function newestWhole(summary: CheckpointSummary): Save | undefined {
  return summary.saves.findLast((save) => save.whole);
}

/** "49 %": a share, never rounded to nothing or to all. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 1) return 'under 1 %';
  if (percent < 100 && percent > 99) return 'over 99 %';
  return `${Math.round(percent)} %`;
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
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
