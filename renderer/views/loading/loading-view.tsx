import { Tabs } from '@mantine/core';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { configCommand } from '../../../shared/loading/command.ts';
import type { Loading } from '../../../shared/loading/loading.ts';
import { scenarioOf } from '../../../shared/loading/scenarios.ts';
import { loadingStream } from '../../../shared/loading/stream.ts';
import { t } from '../../language/t.ts';
import { Command } from '../../parts/command.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { REACHABLE } from '../../parts/reachable.ts';
import { ViewHead } from '../../parts/view-head.tsx';
import { StrategyLinks } from '../../picker/strategy-links.tsx';
import { useApp } from '../../store/app-store.ts';
import type { View } from '../view.ts';
import { CheckList } from './check-list.tsx';
import { CodeBlock } from './code-block.tsx';
import css from './loading.module.css';
import { LoadingFields } from './loading-fields.tsx';
import { ScenarioList } from './scenario-list.tsx';
import { StepList } from './step-list.tsx';
import { useLoading } from './use-loading.ts';

function LoadingView() {
  const checkpoint = useApp((state) => state.checkpoint);
  return checkpoint ? <HowToLoad checkpoint={checkpoint} /> : null;
}

/** What a person can want with the checkpoint, and for that: what fits, what comes first, the text to copy. */
function HowToLoad({ checkpoint }: { readonly checkpoint: CheckpointSummary }) {
  const opened = useApp((state) => state.opened);
  const { fits, wanted, loading, fault } = useLoading(checkpoint);
  const scenario = wanted && scenarioOf(wanted.scenario);
  return (
    <div className={css.view}>
      <ScenarioList fits={fits} chosen={wanted?.scenario} />
      <div className={css.main} {...REACHABLE}>
        <ViewHead title={scenario ? scenario.title() : t('This cannot be loaded')}>
          {scenario && <p>{scenario.sentence()}</p>}
        </ViewHead>
        {wanted && <LoadingFields wanted={wanted} loading={loading} />}
        {fault && (
          <FaultNote fault={fault} alert>
            {fault.code === 'SG_NOT_FOUND' && checkpoint.ranks.length > 0 && (
              <StrategyLinks label={t('Name a strategy')} />
            )}
          </FaultNote>
        )}
        {loading && <CheckList checks={loading.checks} />}
        {loading && loading.steps.length > 0 && <StepList steps={loading.steps} />}
        {loading && <Texts loading={loading} />}
        {loading && wanted && opened && (
          <div>
            <h3>{t('The same on the command line')}</h3>
            <Command text={configCommand(opened, wanted)} />
          </div>
        )}
      </div>
    </div>
  );
}

function Texts({ loading }: { readonly loading: Loading }) {
  const { documents, launch, python } = loading;
  const file = { name: `load_${loading.scenario.id}.yaml`, text: `${loadingStream(loading)}\n` };
  return (
    <Tabs defaultValue="yaml" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="yaml">{t('YAML for MindSpore Transformers')}</Tabs.Tab>
        <Tabs.Tab value="mindspore">{t('Python with MindSpore')}</Tabs.Tab>
        <Tabs.Tab value="safetensors">{t('Python with safetensors')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="yaml" className={css.texts ?? ''}>
        {documents.map((text, i) => (
          <CodeBlock
            key={text}
            label={
              i < documents.length - 1
                ? t('YAML that compiles the strategy')
                : t('YAML that loads the weights')
            }
            text={text}
            file={file}
          />
        ))}
        <h3>{t('Start the task')}</h3>
        {launch.map((command) => (
          <Command key={command} text={command} />
        ))}
      </Tabs.Panel>
      {(['mindspore', 'safetensors'] as const).map((library) => (
        <Tabs.Panel key={library} value={library} className={css.texts ?? ''}>
          <CodeBlock
            label={t('Python')}
            text={python[library]}
            file={{ name: `load_${library}.py`, text: `${python[library]}\n` }}
          />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

export const loading: View = {
  id: 'loading',
  get label() {
    return t('How to load it');
  },
  key: 'l',
  Main: LoadingView,
  shown: ({ kind }) => kind !== 'strategy',
};
