import { CloseButton } from '@mantine/core';
import { IconClockHour4 } from '@tabler/icons-react';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { MiddleText } from '../parts/middle-text.tsx';
import { useWorkspace } from '../store/workspace.ts';
import { useOpenHere } from '../tabs/use-open-here.ts';
import css from './start.module.css';

/** What was open before, newest first. */
export function RecentList() {
  const recent = useWorkspace((state) => state.recent);
  const here = useOpenHere();
  const forget = useWorkspace((state) => state.forgetRecent);
  if (recent.length === 0) return null;
  return (
    <section className={css.recent} aria-label={t('Recent')}>
      <h2>{t('Recent')}</h2>
      <ul>
        {recent.slice(0, 10).map((path) => (
          <li key={path}>
            <button type="button" className={css.recentPath} {...here(path)}>
              <IconClockHour4 size={15} stroke={1.5} aria-hidden />
              <MiddleText text={path} tail={48} className={css.mono} />
            </button>
            <CloseButton
              size={24}
              aria-label={t('Forget {{path}}', { path: escapeText(path) })}
              onClick={() => void forget(path)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
