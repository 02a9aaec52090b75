import { Button, Progress } from '@mantine/core';
import { Trans } from 'react-i18next';
import { t } from '../../language/t.ts';
import { Size } from '../../parts/size.tsx';
import { useLate } from '../../parts/use-late.ts';
import { useApp } from '../../store/app-store.ts';
import css from './values.module.css';

/** How far a long reading is, and the way out of it. Nothing for what is done at once. */
export function ReadingBar({ waiting, onStop }: { readonly waiting: boolean; readonly onStop: () => void }) {
  const reading = useApp((state) => state.reading);
  const late = useLate(waiting);
  if (!late) return null;
  const { bytesDone = 0, bytesTotal = 0 } = reading ?? {};
  return (
    <div className={css.reading}>
      <Progress
        value={bytesTotal === 0 ? 0 : (100 * bytesDone) / bytesTotal}
        size={5}
        className={css.readingBar ?? ''}
        aria-label={t('Reading values')}
      />
      <span>
        {bytesTotal === 0 ? (
          t('Reading…')
        ) : (
          <Trans
            i18nKey="<done/> of <total/> read"
            components={{ done: <Size bytes={bytesDone} />, total: <Size bytes={bytesTotal} /> }}
          />
        )}
      </span>
      <Button variant="subtle" color="gray" onClick={onStop}>
        {t('Cancel')}
      </Button>
    </div>
  );
}
