import { formatBytes, formatCount } from '../../shared/text/units.ts';
import { JobTray } from '../jobs/job-tray.tsx';
import { t } from '../language/t.ts';
import { Sizes } from '../parts/size.tsx';
import { useApp } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';
import css from './bars.module.css';

/** The bottom line: what runs, and what is selected. */
export function StatusLine() {
  const open = useApp((state) => state.checkpoint !== undefined);
  const version = useWorkspace((state) => state.info?.version);
  return (
    <footer className={css.status}>
      <JobTray />
      {open ? <Totals /> : <span className={css.totals}>{version}</span>}
    </footer>
  );
}

function Totals() {
  const totals = useApp((state) => state.totals);
  const copied = useApp((state) => state.copied);
  const tensorCount = useApp((state) => state.checkpoint?.tensorCount ?? 0);
  const view = useApp((state) => state.view);
  const text =
    copied === undefined
      ? totalsWords(totals, tensorCount)
      : t('{{count}} tensors copied as a table', { count: copied });
  // Elsewhere the one that is chosen is explained; several are worth their sum everywhere.
  if (totals.count < (view === 'tensors' ? 1 : 2) && copied === undefined) return null;
  return (
    <span className={css.totals} role="status">
      <Sizes text={text} bytes={[totals.byteLength ?? 0]} />
    </span>
  );
}

function totalsWords(
  { count, elements, byteLength }: { count: number; elements?: number; byteLength?: number },
  all: number,
): string {
  return [
    t('{{part}} of {{whole}} selected', { part: formatCount(count), whole: formatCount(all) }),
    elements !== undefined && t('{{count}} parameters', { count: elements }),
    byteLength !== undefined && formatBytes(byteLength),
  ]
    .filter((part) => part !== false)
    .join(' · ');
}
