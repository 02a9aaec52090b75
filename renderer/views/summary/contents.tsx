import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Sizes } from '../../parts/size.tsx';
import { counted, kindWords, share } from '../../parts/words.ts';
import css from './summary.module.css';

const FORMATS = {
  safetensors: 'safetensors',
  ckpt: 'MindSpore .ckpt',
  mixed: 'safetensors and .ckpt',
  none: 'no weights',
};

/** What lies in the folder. */
export function Contents({ summary }: { readonly summary: CheckpointSummary }) {
  const { hyperCount, metadata } = summary;
  const weights = summary.kind !== 'strategy';
  const metadataRows = Object.entries(metadata);
  return (
    <section className={css.section}>
      <h2>What it is</h2>
      <Facts
        rows={[
          ['Kind', kindWords(summary)],
          [
            'Path',
            <span key="path" style={{ display: 'flex', alignItems: 'flex-start', gap: 2 }}>
              <span className={css.mono}>{escapeText(summary.path, 4096)}</span>
              <span style={{ margin: '-4px 0' }}>
                <CopyButton text={summary.path} label="Copy the path" />
              </span>
            </span>,
          ],
          ['Format', weights && FORMATS[summary.format]],
          ['Files', weights && counted(summary.fileCount, 'weight file')],
          ['Tensors', weights && formatCount(summary.tensorCount)],
          [
            'Parameters',
            weights && `${formatCount(summary.parameterCount)}${summary.countsAreWhole ? '' : ', as stored'}`,
          ],
          [
            'Optimizer',
            weights && (
              <Sizes key="optimizer" text={optimizerWords(summary)} bytes={[summary.optimizer.bytes]} />
            ),
          ],
          ['Hyper', hyperCount > 0 && counted(hyperCount, 'parameter', 'parameters')],
        ]}
      />
      {metadataRows.length > 0 && <h3 className={css.part}>Metadata</h3>}
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
  if (optimizer.tensors === 0) return 'no state: weights only';
  const part = share(optimizer.bytes, byteCount);
  return `${counted(optimizer.tensors, 'tensor')}, ${formatBytes(optimizer.bytes)}: ${part} of the bytes`;
}
