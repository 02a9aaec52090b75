import { NumberInput } from '@mantine/core';
import { t } from '../language/t.ts';
import css from './parallel-sizes.module.css';

export interface Sizes {
  readonly dataParallel: number;
  readonly modelParallel: number;
  readonly pipelineStages: number;
  readonly contextParallel?: number;
  readonly expertParallel?: number;
}

export const NO_SPLIT: Sizes = { dataParallel: 1, modelParallel: 1, pipelineStages: 1 };

/** The numbers of a parallel layout, and how many ranks they make. */
export function ParallelSizes({
  sizes,
  all = false,
  onChange,
}: {
  readonly sizes: Sizes;
  /** Context and expert parallel, too, which most layouts have not. */
  readonly all?: boolean;
  readonly onChange: (sizes: Sizes) => void;
}) {
  const size = (name: keyof Sizes, label: string) => (
    <NumberInput
      label={label}
      min={1}
      max={2 ** 20}
      allowDecimal={false}
      value={sizes[name] ?? 1}
      onChange={(value) => typeof value === 'number' && value >= 1 && onChange({ ...sizes, [name]: value })}
    />
  );
  const { dataParallel, modelParallel, pipelineStages, contextParallel = 1 } = sizes;
  return (
    <div className={css.sizes}>
      {size('dataParallel', t('Data parallel'))}
      <span aria-hidden>×</span>
      {size('modelParallel', t('Model parallel'))}
      {all && (
        <>
          <span aria-hidden>×</span>
          {size('contextParallel', t('Context parallel'))}
        </>
      )}
      <span aria-hidden>×</span>
      {size('pipelineStages', t('Pipeline stages'))}
      <span className={css.ranks}>
        = {t('{{count}} ranks', { count: dataParallel * modelParallel * contextParallel * pipelineStages })}
      </span>
      {/* No factor: experts are shared out within the data parallel ranks. */}
      {all && size('expertParallel', t('Expert parallel'))}
    </div>
  );
}
