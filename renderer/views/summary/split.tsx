import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatBytes } from '../../../shared/text/units.ts';
import { Facts } from '../../parts/facts.tsx';
import { Sizes } from '../../parts/size.tsx';
import { counted, share } from '../../parts/words.ts';
import { StrategyLinks } from '../../picker/strategy-links.tsx';
import css from './summary.module.css';

/** How the weights are spread over ranks and stages, and what says so. */
export function Split({ summary }: { readonly summary: CheckpointSummary }) {
  const { ranks, missingRanks, strategy, stageCount } = summary;
  if (ranks.length === 0 && strategy === undefined) return null;
  return (
    <section className={css.section}>
      <h2>How it is split</h2>
      <Facts
        rows={[
          ['Ranks', ranks.length > 0 && counted(ranks.length, 'rank')],
          ['Missing', missingRanks.length > 0 && <span className={css.warn}>{rankList(missingRanks)}</span>],
          ['Stages', counted(strategy?.stageCount ?? stageCount, 'stage')],
          ['Layout', strategy?.words],
          [
            'Strategy',
            summary.kind === 'strategy' ? undefined : strategy === undefined ? (
              <span key="none">
                <span className={css.warn}>not found: </span>without it cut tensors cannot be put together.{' '}
                <StrategyLinks label="Name a strategy" />
              </span>
            ) : (
              <span key="found">
                {strategy.origin === 'found' ? 'found in ' : 'as given: '}
                <span className={css.mono}>{escapeText(strategy.path, 4096)}</span> (
                {counted(strategy.fileCount, 'file')}, {counted(strategy.parameterCount, 'parameter')}).{' '}
                <StrategyLinks label="Use another" />
              </span>
            ),
          ],
          [
            'Redundancy',
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
      return `saved with redundancy: ${share(copies, storedByteCount)} of the bytes (${formatBytes(copies)}) are copies`;
    case 'removed':
      return 'removed when saved: one copy of each slice';
    case 'none':
      return 'none: the layout makes no copies';
    case 'unknown':
      return 'not known without a strategy';
  }
}
