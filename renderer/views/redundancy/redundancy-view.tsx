import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import type { JobName } from '../../../shared/job-options.ts';
import type {
  ParameterBytes,
  RedundancyReport,
  ReplicaGroupBytes,
} from '../../../shared/redundancy-report.ts';
import { formatBytes } from '../../../shared/text/units.ts';
import { CONVERSION_JOBS } from '../../conversion/jobs/index.ts';
import { DetailPanel } from '../../detail/detail-panel.tsx';
import { t } from '../../language/t.ts';
import { Coming } from '../../parts/coming.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { ScrollingView } from '../../parts/scrolling-view.tsx';
import { Sizes } from '../../parts/size.tsx';
import { useAsked } from '../../parts/use-asked.ts';
import { ViewHead } from '../../parts/view-head.tsx';
import { partOf, share } from '../../parts/words.ts';
import { StrategyLinks } from '../../picker/strategy-links.tsx';
import { useApp } from '../../store/app-store.ts';
import { FilterField } from '../tensors/filter-field.tsx';
import type { View } from '../view.ts';
import { groupColumns, parameterColumns } from './columns.tsx';
import { HeldBar } from './held-bar.tsx';
import css from './redundancy.module.css';
import { Replicas } from './replicas.tsx';
import { SortedTable } from './sorted-table.tsx';

/** What the ranks hold more than once, what removing it saves, and whether the copies are equal. */
function RedundancyView() {
  const checkpoint = useApp((state) => state.checkpoint);
  const ask = useApp((state) => state.askLayouts);
  const filter = useApp((state) => state.ask.filter);
  const { value: report, fault } = useAsked<RedundancyReport>(
    `${checkpoint?.id} ${filter}`,
    async (signal, take) => take(await ask('redundancy.report', { filter }, signal)),
  );
  if (checkpoint === undefined) return null;
  return (
    <ScrollingView className={css.view}>
      <ViewHead
        className={css.top}
        title={
          report ? (
            <Sizes text={titleOf(report)} bytes={[report.savedBytes, report.heldBytes]} />
          ) : (
            t('Redundancy')
          )
        }
      >
        <p>{leadOf(checkpoint)}</p>
      </ViewHead>
      {fault && (
        <div className={css.note}>
          <FaultNote fault={fault} alert>
            {fault.code === 'SG_NOT_FOUND' && <StrategyLinks label={t('Name a strategy')} />}
          </FaultNote>
        </div>
      )}
      {!report && !fault && <Coming className={css.note} />}
      {report && (
        <>
          <HeldBar report={report} />
          <Actions checkpoint={checkpoint} />
          <Replicas />
          <Groups report={report} />
          <Parameters report={report} />
        </>
      )}
    </ScrollingView>
  );
}

/** "101.8 KiB of 193.5 KiB are copies". */
function titleOf({ heldBytes, savedBytes }: RedundancyReport): string {
  if (savedBytes === 0) return t('Nothing is held more than once');
  return t('{{saved}} of {{held}} are copies, {{share}}', {
    saved: formatBytes(savedBytes),
    held: formatBytes(heldBytes),
    share: share(savedBytes, heldBytes),
  });
}

function leadOf({ redundancy: { state } }: CheckpointSummary): string {
  switch (state) {
    case 'full':
      return t(
        'Ranks that differ only along axes that cut nothing hold the same slice. One copy of each is enough to merge.',
      );
    case 'removed':
      return t(
        'One copy of each slice was kept when it was saved. To resume training every rank needs its own again.',
      );
    case 'none':
      return t('The layout gives every rank another slice.');
    case 'unknown':
      return t('Only a strategy says which ranks hold the same slice.');
  }
}

const JOBS: readonly JobName[] = ['dedupe', 'restore'];

function Actions({ checkpoint }: { readonly checkpoint: CheckpointSummary }) {
  const openDraft = useApp((state) => state.openDraft);
  return (
    <div className={css.actions}>
      {JOBS.filter((job) => checkpoint.actions.includes(job)).map((job) => (
        <Button key={job} variant="default" onClick={() => openDraft(job)}>
          {CONVERSION_JOBS[job].label(checkpoint)}
        </Button>
      ))}
    </div>
  );
}

const groupKey = ({ ranks }: ReplicaGroupBytes) => ranks.join();
const parameterKey = ({ name }: ParameterBytes) => name;

function Groups({ report: { groups } }: { readonly report: RedundancyReport }) {
  const columns = useMemo(() => groupColumns(groups), [groups]);
  const chosen = useApp((state) => state.stage);
  return (
    <SortedTable
      table="groups"
      title={t('By ranks that hold the same slices: {{count}} groups', { count: groups.length })}
      what={t('groups of ranks')}
      label={t('Groups of ranks')}
      columns={columns}
      rows={groups}
      keyOf={groupKey}
      marked={({ stage }) => stage === chosen}
    />
  );
}

function Parameters({
  report: { parameters, parameterCount, outside },
}: {
  readonly report: RedundancyReport;
}) {
  const select = useApp((state) => state.selectName);
  const picked = useApp((state) => state.detailName);
  const selected = useApp((state) => state.selected);
  const selectNames = useApp((state) => state.selectNames);
  const columns = useMemo(() => parameterColumns(parameters), [parameters]);
  return (
    <SortedTable
      table="parameters"
      title={t('By parameter: {{parameters}}', {
        parameters: partOf(
          parameters.length,
          parameterCount,
          t('{{count}} parameters', { count: parameterCount }),
        ),
      })}
      filter={<FilterField />}
      lead={
        outside.tensors > 0 && (
          <Sizes
            bytes={[outside.heldBytes]}
            text={t(
              '{{count}} tensors in no strategy (or split unevenly by hand) stay as they are: {{size}}, not counted here.',
              { count: outside.tensors, size: formatBytes(outside.heldBytes) },
            )}
          />
        )
      }
      none={t('None of the parameters matches the filter.')}
      what={t('parameters')}
      label={t('Parameters')}
      columns={columns}
      rows={parameters}
      keyOf={parameterKey}
      picked={picked}
      onPick={({ name }) => select(name)}
      shared={{ keys: selected, set: selectNames }}
    />
  );
}

export const redundancy: View = {
  id: 'redundancy',
  get label() {
    return t('Redundancy');
  },
  key: 'd',
  Main: RedundancyView,
  Side: DetailPanel,
  nothingSelected: (state) => state.detailName === undefined,
  count: ({ redundancy: { state, neededBytes }, storedByteCount }) => {
    if (state === 'unknown') return undefined;
    return state === 'removed' ? t('removed') : share(storedByteCount - neededBytes, storedByteCount);
  },
  shown: ({ ranks, kind }) => ranks.length > 0 && kind !== 'file',
};
