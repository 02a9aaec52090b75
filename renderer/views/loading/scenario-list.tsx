import { Radio } from '@mantine/core';
import type { Fault } from '../../../shared/errors.ts';
import type { Fit } from '../../../shared/loading/fits.ts';
import { SCENARIO_GROUPS, SCENARIO_IDS, type ScenarioGroup } from '../../../shared/loading/scenarios.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { sentence } from '../../parts/sentence.ts';
import { StrategyLinks } from '../../picker/strategy-links.tsx';
import { useApp } from '../../store/app-store.ts';
import css from './loading.module.css';

interface ScenarioListProps {
  readonly fits: readonly Fit[];
  readonly chosen: string | undefined;
}

function groupWords(group: ScenarioGroup): string {
  switch (group) {
    case 'training':
      return t('Training');
    case 'machines':
      return t('Several machines');
    case 'resuming':
      return t('Resuming');
    case 'inference':
      return t('Inference');
  }
}

function reasonOf(fault: Fault): string {
  return fault.code === 'SG_NOT_FOUND' ? t('Needs that strategy.') : sentence(fault.message);
}

/** What a person can want, one sentence each; what cannot be had here says why. */
export function ScenarioList({ fits, chosen }: ScenarioListProps) {
  const ask = useApp((state) => state.askLoading);
  // What keeps all of them away is said once, beside the list.
  const all = fits.every(({ fault }) => fault);
  const lacksStrategy = fits.some(({ fault }) => fault?.code === 'SG_NOT_FOUND');
  return (
    <Radio.Group
      className={cx(css.scenarios)}
      aria-label={t('What it is loaded for')}
      value={chosen ?? null}
      onChange={(value) => ask({ scenario: SCENARIO_IDS.find((id) => id === value) })}
    >
      {lacksStrategy && (
        <p className={css.missing}>
          {t('Most of it needs the strategy that the weights were saved with.')}{' '}
          <StrategyLinks label={t('Name a strategy')} />
        </p>
      )}
      {SCENARIO_GROUPS.map((group) => (
        <div key={group} className={css.group}>
          <h3>{groupWords(group)}</h3>
          {fits
            .filter(({ scenario }) => scenario.group === group)
            .map(({ scenario, fault, ready }) => (
              <Radio
                key={scenario.id}
                size="xs"
                classNames={{ root: cx(css.scenario), description: cx(css.scenarioWords) }}
                value={scenario.id}
                disabled={fault !== undefined}
                label={
                  <>
                    {scenario.title()}
                    {ready && <span className={css.ready}>{t('as it is')}</span>}
                  </>
                }
                description={all || !fault ? scenario.sentence() : reasonOf(fault)}
              />
            ))}
        </div>
      ))}
    </Radio.Group>
  );
}
