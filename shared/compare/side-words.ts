import { saveName } from '../saves/name.ts';
import { t } from '../text/t.ts';

/**
 * What tells a side of a comparison from the other, which the engine says in English (`Comparison.labels`), in the
 * language that is spoken: "rank 5 of step 20", "all ranks", "the weights of step 10". Names stay as they are.
 */
export function sideWords(label: string): string {
  const [found, rank, whole] = /^(?:rank (\d+)|all ranks)(?: of (.+))?$/s.exec(label) ?? [];
  if (found === undefined) return saveWords(label);
  if (whole === undefined) return rank === undefined ? t('all ranks') : t('rank {{rank}}', { rank });
  const of = { whole: saveWords(whole) };
  return rank === undefined
    ? t('all ranks of {{whole}}', of)
    : t('rank {{rank}} of {{whole}}', { rank, ...of });
}

function saveWords(label: string): string {
  if (label === 'the save') return t('the save');
  const weights = /^the weights of (.+)$/s.exec(label)?.[1];
  if (weights !== undefined) return t('the weights of {{save}}', { save: saveWords(weights) });
  if (label === 'the save of this folder') return saveName({ suffix: '' });
  const [, epoch, step] = /^(?:epoch (\d+), )?step (\d+)$/.exec(label) ?? [];
  if (step !== undefined)
    return saveName({ suffix: '', step: Number(step), ...(epoch !== undefined && { epoch: Number(epoch) }) });
  const suffix = /^save (\S+)$/.exec(label)?.[1];
  return suffix === undefined ? label : saveName({ suffix });
}
