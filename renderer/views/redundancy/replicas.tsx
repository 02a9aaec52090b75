import { Button, Progress } from '@mantine/core';
import { useState } from 'react';
import { asFault, type Fault } from '../../../shared/errors.ts';
import { isSettled, type JobResult, type JobState } from '../../../shared/jobs.ts';
import type { ReplicaDifference } from '../../../shared/replica-difference.ts';
import { formatDuration } from '../../../shared/text/duration.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { JobSentence } from '../../jobs/job-sentence.tsx';
import { percent } from '../../jobs/job-words.ts';
import { t } from '../../language/t.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { MiddleText } from '../../parts/middle-text.tsx';
import { Sizes } from '../../parts/size.tsx';
import { TableMenu } from '../../parts/table-menu.tsx';
import { useApp } from '../../store/app-store.ts';
import { definedOnly } from '../../store/checkpoint.ts';
import { useWorkspace } from '../../store/workspace.ts';
import { type DataColumn, DataTable } from '../../table/data-table.tsx';
import { useRowSelection } from '../../table/use-row-selection.ts';
import css from './redundancy.module.css';

/** Whether copies are equal bit for bit: compared on request, as a job. */
export function Replicas() {
  const redundant = useApp((state) => state.checkpoint?.redundancy.state === 'full');
  const compare = useApp((state) => state.compareReplicas);
  const readOnly = useWorkspace((state) => state.info?.readOnly ?? false);
  const job = useReplicasJob();
  const [fault, setFault] = useState<Fault>();
  if (!redundant) return null;
  const running = job !== undefined && !isSettled(job);
  const start = () => {
    setFault(undefined);
    compare().catch((error: unknown) => setFault(asFault(error)));
  };
  return (
    <section className={css.section}>
      <div className={css.heading}>
        <h3>{t('Are the copies equal?')}</h3>
        {!running && (
          <Button variant="default" disabled={readOnly} onClick={start}>
            {job?.state === 'done' ? t('Compare again') : t('Compare replicas')}
          </Button>
        )}
      </div>
      {fault && <FaultNote fault={fault} alert />}
      {job ? (
        <Compared job={job} />
      ) : (
        <p className={css.lead}>{t('They should be, bit for bit; comparing reads all of them.')}</p>
      )}
    </section>
  );
}

/** The job that compared this checkpoint as it is open, if the host still knows it. */
function useReplicasJob(): JobState | undefined {
  const started = useApp((state) => state.replicasJob);
  const opened = useApp((state) => state.opened);
  const jobs = useWorkspace((state) => state.jobs);
  if (opened === undefined || started?.request !== JSON.stringify(definedOnly(opened))) return undefined;
  return jobs.find(({ id }) => id === started.job);
}

function Compared({ job }: { readonly job: JobState }) {
  const cancel = useWorkspace((state) => state.cancelJob);
  switch (job.state) {
    case 'failed':
      return <FaultNote fault={job.fault} />;
    case 'cancelled':
      return <p className={css.lead}>{t('Comparing was cancelled.')}</p>;
    case 'done':
      return <Differences result={job.result} />;
    default:
      return (
        <div className={css.progress}>
          <Progress
            className={css.progressBar}
            size={5}
            value={percent(job) ?? 0}
            aria-label={t('Comparing replicas')}
          />
          <span>
            <JobSentence job={job} />
          </span>
          <LinkButton onClick={() => void cancel(job.id)}>{t('Cancel')}</LinkButton>
        </div>
      );
  }
}

const NONE: readonly ReplicaDifference[] = [];

function Differences({ result }: { readonly result: JobResult }) {
  const select = useApp((state) => state.selectName);
  const selected = useApp((state) => state.detailName);
  const { differences = NONE, problems = [], tensors, bytes, seconds } = result;
  const selection = useRowSelection({
    rows: differences,
    keyOf,
    picked: differences.filter(({ tensor }) => tensor === selected).map(keyOf)[0],
    onPick: ({ tensor }) => select(tensor),
    subject: { now: selected, of: ({ tensor }) => tensor },
  });
  const others = problems.filter(({ code }) => code !== 'CP_CONFLICT');
  const read = t('{{tensors}}, {{size}} read, in {{duration}}', {
    tensors: t('{{count}} tensors', { count: tensors }),
    size: formatBytes(bytes),
    duration: formatDuration(seconds),
  });
  return (
    <>
      <p className={differences.length > 0 ? css.differ : css.lead} role="status">
        <Sizes
          bytes={[bytes]}
          text={
            differences.length > 0
              ? t(
                  '{{count}} slices are not the same on all ranks that hold it ({{read}}). A merge takes the copy of one of them.',
                  { count: differences.length, read },
                )
              : others.length > 0
                ? t('No difference was found, but not all could be compared ({{read}}).', { read })
                : t('All copies are equal, bit for bit ({{read}}).', { read })
          }
        />
      </p>
      {others.map((problem) => (
        <FaultNote key={problem.message} fault={problem} severity={problem.severity} />
      ))}
      {differences.length > 0 && (
        <>
          <div className={css.copy}>
            <TableMenu
              what={t('differences')}
              name="differences"
              columns={COLUMNS}
              rows={differences}
              selected={selection.several}
            />
          </div>
          <DataTable
            label={t('Differences')}
            columns={COLUMNS}
            rows={differences}
            keyOf={keyOf}
            selection={selection}
            maxHeight="max(160px, 30vh)"
            narrowest={640}
          />
        </>
      )}
    </>
  );
}

function keyOf({ tensor, ranks }: ReplicaDifference): string {
  return `${ranks.join()} ${tensor}`;
}

const COLUMNS: readonly DataColumn<ReplicaDifference>[] = [
  {
    heading: 'Tensor',
    key: 'tensor',
    width: 'minmax(180px, 2fr)',
    value: ({ tensor }) => tensor,
    render: ({ tensor }) => <MiddleText text={tensor} tail={34} className={css.mono} />,
  },
  {
    heading: 'Ranks',
    key: 'ranks',
    width: 'minmax(110px, 1fr)',
    value: ({ ranks, otherRanks }) => [...ranks, ...otherRanks],
    render: ({ ranks, otherRanks }) => rankList([...ranks, ...otherRanks]),
  },
  {
    heading: 'First at',
    key: 'element',
    width: '110px',
    value: ({ element }) => element,
    render: ({ element }) => <span className={css.mono}>[{element.join(', ')}]</span>,
  },
  {
    heading: 'Elements',
    key: 'count',
    width: 'minmax(120px, 1fr)',
    end: true,
    value: ({ count }) => count,
    render: ({ count, elements }) =>
      t('{{part}} of {{whole}}', { part: formatCount(count), whole: formatCount(elements) }),
  },
  { heading: 'Of', key: 'elements', width: '0', hidden: true, value: ({ elements }) => elements },
  {
    heading: 'Largest',
    key: 'maxAbsDifference',
    width: '110px',
    end: true,
    value: ({ maxAbsDifference }) => maxAbsDifference,
    render: ({ maxAbsDifference }) =>
      maxAbsDifference === undefined ? t('sign of 0, NaN') : Number(maxAbsDifference.toPrecision(4)),
  },
  { heading: 'File', key: 'file', width: '0', hidden: true, value: ({ file }) => file },
];
