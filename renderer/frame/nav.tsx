import { CloseButton } from '@mantine/core';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { useApp } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';
import { useOpenHere } from '../tabs/use-open-here.ts';
import { viewOf, viewsOf } from '../views/index.ts';
import { CompareNav } from './compare-nav.tsx';
import css from './nav.module.css';
import { shortPaths } from './short-paths.ts';

/** The left panel: the views that say something about this checkpoint, then what was open before. */
export function Nav() {
  const checkpoint = useApp((state) => state.checkpoint);
  const id = useApp((state) => state.view);
  const showView = useApp((state) => state.showView);
  if (checkpoint === undefined) return null;
  const current = viewOf(id, checkpoint);
  return (
    <nav className={css.nav} aria-label={t('Views')}>
      <h2 className={css.heading}>{t('Checkpoint')}</h2>
      <ul>
        {viewsOf(checkpoint).map((view) => (
          <li key={view.id}>
            <button
              type="button"
              className={cx(css.item, view === current && css.current)}
              aria-current={view === current ? 'page' : undefined}
              onClick={() => showView(view.id)}
            >
              <span>{view.label}</span>
              {view.count && <span className={css.count}>{view.count(checkpoint)}</span>}
            </button>
          </li>
        ))}
      </ul>
      <CompareNav />
      <Recent except={checkpoint.path} />
    </nav>
  );
}

function Recent({ except }: { readonly except: string }) {
  const recent = useWorkspace((state) => state.recent);
  const here = useOpenHere();
  const forget = useWorkspace((state) => state.forgetRecent);
  const others = recent.filter((path) => path !== except).slice(0, 8);
  if (others.length === 0) return null;
  const short = shortPaths(others);
  return (
    <>
      <h2 className={css.heading}>{t('Recent')}</h2>
      <ul>
        {others.map((path, index) => (
          <li key={path} className={css.recent}>
            <button type="button" className={css.item} title={escapeText(path, 4096)} {...here(path)}>
              <span className={css.clipped}>{escapeText(short[index] ?? path)}</span>
            </button>
            <CloseButton
              size={24}
              className={cx(css.forget)}
              aria-label={t('Forget {{path}}', { path: escapeText(path) })}
              onClick={() => void forget(path)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
