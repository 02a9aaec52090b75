import { Trans } from 'react-i18next';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatBytes } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { translated } from '../../language/translated.ts';
import { Facts } from '../../parts/facts.tsx';
import { Sizes } from '../../parts/size.tsx';
import { share } from '../../parts/words.ts';
import { StrategyLinks } from '../../picker/strategy-links.tsx';
import css from './summary.module.css';

/** How the weights are spread over ranks and stages, and what says so. */
export function Split({ summary }: { readonly summary: CheckpointSummary }) {
  const { ranks, missingRanks, strategy, stageCount } = summary;
  if (ranks.length === 0 && strategy === undefined) return null;
  return (
    <section className={css.section}>
      <h2>{t('How it is split')}</h2>
      <Facts
        rows={[
          [t('Ranks'), ranks.length > 0 && t('{{count}} ranks', { count: ranks.length })],
          [
            t('Missing'),
            missingRanks.length > 0 && <span className={css.warn}>{rankList(missingRanks)}</span>,
          ],
          [t('Stages'), t('{{count}} stages', { count: strategy?.stageCount ?? stageCount })],
          [t('Layout'), strategy && translated(strategy.words)],
          [
            t('Strategy'),
            summary.kind === 'strategy' ? undefined : strategy === undefined ? (
              <span key="none">
                <Trans
                  i18nKey="<warn>not found:</warn> without it cut tensors cannot be put together."
                  components={{ warn: <span className={css.warn} /> }}
                />{' '}
                <StrategyLinks label={t('Name a strategy')} />
              </span>
            ) : (
              <span key="found">
                <Trans
                  i18nKey={
                    strategy.origin === 'found'
                      ? 'found in <path/> ({{files}}, {{parameters}}).'
                      : 'as given: <path/> ({{files}}, {{parameters}}).'
                  }
                  values={{
                    files: t('{{count}} files', { count: strategy.fileCount }),
                    parameters: t('{{count}} parameters', { count: strategy.parameterCount }),
                  }}
                  components={{
                    path: <span className={css.mono}>{escapeText(strategy.path, 4096)}</span>,
                  }}
                />{' '}
                <StrategyLinks label={t('Use another')} />
              </span>
            ),
          ],
          [
            t('Redundancy'),
            summary.kind !== 'strategy' && (
              <Sizes
                key="redundancy"
                text={redundancyWords(summary)}
                bytes={[summary.storedByteCount - summary.redundancy.neededBytes]}
              />
            ),
          ],
        ]}
      />
    </section>
  );
}

/** "each slice on several ranks: 49 % of the bytes are copies". */
export function redundancyWords({ redundancy, storedByteCount }: CheckpointSummary): string {
  const copies = storedByteCount - redundancy.neededBytes;
  switch (redundancy.state) {
    case 'full':
      return t('saved with redundancy: {{share}} of the bytes ({{copies}}) are copies', {
        share: share(copies, storedByteCount),
        copies: formatBytes(copies),
      });
    case 'removed':
      return t('removed when saved: one copy of each slice');
    case 'none':
      return t('none: the layout makes no copies');
    case 'unknown':
      return t('not known without a strategy');
  }
}
