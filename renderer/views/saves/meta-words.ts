import type { RankMeta } from '../../../shared/saves/report.ts';
import { t } from '../../language/t.ts';

/** What a rank's meta.json says: "step 20", "2_5" (epoch and step), "none", "unreadable". */
export function metaWords(meta: RankMeta | undefined): string {
  if (meta === undefined) return t('none');
  if (meta.step === undefined) return t('unreadable');
  return meta.epoch === 1 ? t('step {{step}}', { step: meta.step }) : `${meta.epoch}_${meta.step}`;
}

/** What most ranks' meta.json say; the others stand out. */
export function usualMeta(metas: readonly RankMeta[]): string {
  const counts = new Map<string, number>();
  for (const meta of metas) {
    const words = metaWords(meta);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? t('none');
}
