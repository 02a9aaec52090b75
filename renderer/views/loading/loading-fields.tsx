import { Button, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Loading } from '../../../shared/loading/loading.ts';
import { scenarioOf } from '../../../shared/loading/scenarios.ts';
import type { Wanted } from '../../../shared/loading/target.ts';
import { PathField } from '../../conversion/path-field.tsx';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { NO_SPLIT, ParallelSizes } from '../../parts/parallel-sizes.tsx';
import { useApp } from '../../store/app-store.ts';
import css from './loading.module.css';

interface LoadingFieldsProps {
  readonly wanted: Wanted;
  /** What is said for it; undefined where the fields do not go together. */
  readonly loading: Loading | undefined;
}

/** What can be changed: the layout to load for, machines, where to write first. Detected values stand in them. */
export function LoadingFields({ wanted, loading }: LoadingFieldsProps) {
  const ask = useApp((state) => state.askLoading);
  const known = useApp((state) => state.checkpoint?.strategy?.parallel);
  const [opened, setOpened] = useState(false);
  const { layout, machines } = scenarioOf(wanted.scenario);
  const job = loading?.steps.findLast((step) => step.job)?.job;
  const named = wanted.dstStrategy?.parallel !== undefined;
  // Of weights that were cut the strategy says the numbers, where there is one.
  const asked = layout === 'wanted' ? !named : layout === 'saved' && known === undefined;
  if (!asked && layout !== 'wanted' && !job && wanted.out === undefined) return null;
  const numbers = given(loading?.target.numbers ?? wanted);
  const said = [numbers, known].some((of) => of?.contextParallel ?? of?.expertParallel);
  return (
    <div className={css.fields}>
      <div className={css.numbers}>
        {asked && <ParallelSizes sizes={{ ...NO_SPLIT, ...numbers }} all={opened || said} onChange={ask} />}
        {asked && !said && (
          <Button
            variant="default"
            size="compact-sm"
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            {t('Context and expert parallel…')}
          </Button>
        )}
        {machines !== undefined && (
          <NumberInput
            className={cx(css.machines)}
            label={t('Machines')}
            min={2}
            max={2 ** 16}
            allowDecimal={false}
            value={wanted.machines ?? loading?.target.machines ?? ''}
            onChange={(value) =>
              ask({ machines: typeof value === 'number' && value >= 1 ? value : undefined })
            }
          />
        )}
      </div>
      {layout === 'wanted' && (
        <PathField
          label={t('Strategy of the task to come')}
          description={t('Where it has been compiled already: its numbers take the place of yours.')}
          purpose="strategy"
          folders
          value={wanted.dstStrategy?.path}
          onChange={(dstStrategy) => ask({ dstStrategy })}
        />
      )}
      {(job || wanted.out !== undefined) && (
        <TextInput
          label={t('Folder for what is written first')}
          classNames={{ input: cx(css.mono) }}
          spellCheck={false}
          placeholder={job?.out ?? ''}
          value={wanted.out ?? ''}
          onChange={(event) => ask({ out: event.currentTarget.value || undefined })}
        />
      )}
    </div>
  );
}

function given(of: Partial<Omit<Wanted, 'scenario'>>) {
  const { dataParallel, modelParallel, pipelineStages, contextParallel, expertParallel } = of;
  return {
    ...(dataParallel !== undefined && { dataParallel }),
    ...(modelParallel !== undefined && { modelParallel }),
    ...(pipelineStages !== undefined && { pipelineStages }),
    ...(contextParallel !== undefined && { contextParallel }),
    ...(expertParallel !== undefined && { expertParallel }),
  };
}
