import { Loader } from '@mantine/core';
import { t } from '../language/t.ts';
import { useLate } from '../parts/use-late.ts';
import { useWorkspace } from '../store/workspace.ts';
import css from './bars.module.css';

/** After this long the host is rather gone than slow, in milliseconds. */
const GONE = 15_000;

/** Quietly says that the host does not answer; jobs go on there meanwhile. */
export function ConnectionBar() {
  const lost = useWorkspace((state) => state.connection === 'reconnecting');
  const late = useLate(lost, 400);
  const gone = useLate(lost, GONE);
  if (!late) return null;
  return (
    <div className={css.connection} role="status">
      <Loader size={12} color="var(--warn-text)" />
      {t('Reconnecting to the host. Jobs that run there go on.')}
      {gone && ` ${t('If it was stopped, start it again and open the address that it prints.')}`}
    </div>
  );
}
