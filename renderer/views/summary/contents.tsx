import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Sizes } from '../../parts/size.tsx';
import { kindWords, share } from '../../parts/words.ts';
import css from './summary.module.css';

/** What lies in the folder. */
export function Contents({ summary }: { readonly summary: CheckpointSummary }) {
  const { hyperCount, metadata } = summary;
  const weights = summary.kind !== 'strategy';
  const metadataRows = Object.entries(metadata);
  return (
    <section className={css.section}>
      <h2>{t('What it is')}</h2>
      <Facts
        rows={[
          [t('Kind'), kindWords(summary)],
          [
            t('Path'),
            <span key="path" style={{ display: 'flex', alignItems: 'flex-start', gap: 2 }}>
              <span className={css.mono}>{escapeText(summary.path, 4096)}</span>
              <span style={{ margin: '-4px 0' }}>
                <CopyButton text={summary.path} label={t('Copy the path')} />
              </span>
            </span>,
          ],
          [t('Format'), weights && formatWords(summary.format)],
          [t('Files'), weights && t('{{count}} weight files', { count: summary.fileCount })],
          [t('Tensors'), weights && formatCount(summary.tensorCount)],
          [
            t('Parameters'),
            weights &&
              (summary.countsAreWhole
                ? formatCount(summary.parameterCount)
                : t('{{number}}, as stored', { number: formatCount(summary.parameterCount) })),
          ],
          [
            t('Optimizer'),
            weights && (
              <Sizes key="optimizer" text={optimizerWords(summary)} bytes={[summary.optimizer.bytes]} />
            ),
          ],
          [t('Hyper'), hyperCount > 0 && t('{{count}} parameters', { count: hyperCount })],
        ]}
      />
      {metadataRows.length > 0 && <h3 className={css.part}>{t('Metadata')}</h3>}
      {metadataRows.length > 0 && (
        <Facts
          rows={metadataRows.map(([key, value]) => [
            escapeText(key, 60),
            <span key={key} className={css.mono}>
              {escapeText(value)}
            </span>,
          ])}
        />
      )}
    </section>
  );
}

function optimizerWords({ optimizer, byteCount }: CheckpointSummary): string {
  if (optimizer.tensors === 0) return t('no state: weights only');
  return t('{{tensors}}, {{size}}: {{share}} of the bytes', {
    tensors: t('{{count}} tensors', { count: optimizer.tensors }),
    size: formatBytes(optimizer.bytes),
    share: share(optimizer.bytes, byteCount),
  });
}

function formatWords(format: CheckpointSummary['format']): string {
  switch (format) {
    case 'safetensors':
      return 'safetensors';
    case 'ckpt':
      return 'MindSpore .ckpt';
    case 'mixed':
      return t('safetensors and .ckpt');
    case 'none':
      return t('no weights');
  }
}
