import { Progress } from '@mantine/core';
import { escapeText } from '../../shared/text/escape.ts';
import { formatCount } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { LinkButton } from '../parts/link-button.tsx';
import { useLate } from '../parts/use-late.ts';
import { lastPart } from '../parts/words.ts';
import { useApp } from '../store/app-store.ts';
import { Refused } from './refused.tsx';
import css from './start.module.css';

/** A checkpoint on its way in: files read of all, and the way to stop. Quick openings show nothing. */
export function OpeningBar() {
  const opening = useApp((state) => state.opening);
  const cancel = useApp((state) => state.cancelOpening);
  const late = useLate(opening !== undefined);
  if (opening === undefined) return <RefusedHere />;
  if (!late) return null;
  const { filesRead, filesTotal, path } = opening;
  const name = escapeText(lastPart(path));
  return (
    <div className={css.opening} role="status">
      <span className={css.openingWords}>
        {filesTotal > 0
          ? t('Opening {{name}}: {{done}} of {{files}}', {
              name,
              done: formatCount(filesRead),
              files: t('{{count}} files', { count: filesTotal }),
            })
          : t('Opening {{name}}', { name })}
      </span>
      <Progress
        className={css.openingBar ?? ''}
        size={5}
        value={filesTotal > 0 ? (100 * filesRead) / filesTotal : 0}
        aria-label={t('Files read')}
      />
      <LinkButton onClick={cancel}>{t('Cancel')}</LinkButton>
    </div>
  );
}

/** Another checkpoint was refused while one is open: the open one stays, and this says why. */
function RefusedHere() {
  const refused = useApp(({ checkpoint, openFault }) => checkpoint !== undefined && openFault !== undefined);
  if (!refused) return null;
  return (
    <div className={css.refused}>
      <Refused />
    </div>
  );
}
