import type { JobResult } from '../jobs.ts';
import { rangeWords, stageRanksWords } from '../text/ranges.ts';
import { t } from '../text/t.ts';
import { formatBytes } from '../text/units.ts';

/**
 * What a verification of a strategy alone looked at, and what came out: "Checked 8 strategy files, 9.4 KiB read: 117
 * parameters, stages 0–1, ranks 0–7 (dp 2 × mp 2, 2 stages): all is well."
 *
 * @param outcome in the language of `t`, like the strategy's own words
 */
export function strategyVerdict(
  { files, bytes }: Pick<JobResult, 'files' | 'bytes'>,
  { parameters, stages, devicesPerStage, words }: NonNullable<JobResult['strategy']>,
  outcome: string,
): string {
  const ranks = stageRanksWords(stages, devicesPerStage);
  const [stage = 0] = stages;
  return t(
    'Checked {{files}}, {{size}} read: {{parameters}}, {{stages}}, {{ranks}} ({{words}}): {{outcome}}.',
    {
      files: t('{{count}} strategy files', { count: files.length }),
      size: formatBytes(bytes),
      parameters: t('{{count}} parameters', { count: parameters }),
      stages:
        stages.length === 1
          ? t('stage {{stage}}', { stage })
          : t('stages {{numbers}}', { numbers: rangeWords(stages) }),
      ranks: /^\d+$/.test(ranks)
        ? t('rank {{rank}}', { rank: ranks })
        : t('ranks {{numbers}}', { numbers: ranks }),
      words,
      outcome,
    },
  );
}
