import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Input } from '../../../shared/api.ts';
import { t } from '../../language/t.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { NO_SPLIT, ParallelSizes } from '../../parts/parallel-sizes.tsx';
import { sentence } from '../../parts/sentence.ts';
import { useApp } from '../../store/app-store.ts';
import { OutPath } from '../out-path.tsx';
import css from './parallel-layout.module.css';
import { useStrategyOutput } from './use-strategy-output.ts';

interface ParallelLayoutProps {
  /** The weights that are to be cut. */
  readonly source: Pick<Input<'strategy.author'>, 'path' | 'strategy' | 'fileSuffix'>;
  readonly onWritten: (strategy: string) => void;
  readonly onCancel: () => void;
}

/** Writes the strategy of a parallel layout, so that weights can be cut before any run has compiled one. */
export function ParallelLayout({ source, onWritten, onCancel }: ParallelLayoutProps) {
  const author = useApp((state) => state.authorStrategy);
  const [sizes, setSizes] = useState(NO_SPLIT);
  const [layers, setLayers] = useState('');
  const [shared, setShared] = useState(false);
  const [vocabEmbDp, setVocabEmbDp] = useState(false);
  const [out, setOut] = useState<string>();
  const [overwrite, setOverwrite] = useState(false);
  const layersPerStage = layers.split(/[\s,]+/).filter((part) => part !== '');
  const layersAreNumbers = layersPerStage.every((part) => /^\d{1,6}$/.test(part));
  const { preview, fault, busy, write } = useStrategyOutput(
    {
      ...source,
      ...sizes,
      optimizerShard: shared ? -1 : 0,
      vocabEmbDp,
      layersPerStage: layersPerStage.length > 0 && layersAreNumbers ? layersPerStage.map(Number) : undefined,
      out,
      overwrite,
    },
    author,
  );
  const shownOut = out ?? preview?.out;
  const ready =
    preview !== undefined && busy === undefined && layersAreNumbers && (overwrite || !preview.outExists);

  return (
    <fieldset className={css.panel}>
      <legend>{t('A strategy for a parallel layout')}</legend>
      <ParallelSizes sizes={sizes} onChange={setSizes} />
      <div className={css.switches}>
        <Checkbox
          label={t('Share the optimizer over the replicas')}
          description={t('enable_parallel_optimizer: each replica keeps a part of the rows.')}
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Checkbox
          label={t('Embedding whole on each rank')}
          description={t('vocab_emb_dp: embedding and lm_head are not cut.')}
          checked={vocabEmbDp}
          onChange={(event) => setVocabEmbDp(event.currentTarget.checked)}
        />
      </div>
      {sizes.pipelineStages > 1 && (
        <TextInput
          label={t('Layers of each stage')}
          placeholder={t('the same on each')}
          value={layers}
          error={!layersAreNumbers && t('Give the numbers of layers as in 12, 12, 8.')}
          onChange={(event) => setLayers(event.currentTarget.value)}
        />
      )}
      {fault && <FaultNote fault={fault} alert />}
      {preview?.warnings.map((warning) => (
        <p key={warning} className={css.note}>
          {sentence(warning)}
        </p>
      ))}
      {shownOut !== undefined && (
        <OutPath
          what="file"
          out={shownOut}
          onChange={setOut}
          taken={preview?.outExists ?? false}
          overwrite={overwrite}
          onOverwrite={setOverwrite}
        />
      )}
      <div className={css.buttons}>
        <Button variant="default" onClick={onCancel}>
          {t('Back')}
        </Button>
        <Button
          variant="default"
          disabled={!ready}
          loading={busy === 'writing'}
          onClick={() => void write().then((saved) => saved && onWritten(saved.out))}
        >
          {t('Write the strategy')}
        </Button>
      </div>
    </fieldset>
  );
}
