import { t } from '../language/t.ts';
import { useWorkspace } from '../store/workspace.ts';
import { paneId } from '../tabs/ids.ts';
import css from './skip-link.module.css';

/** What a view has on its outermost element, for the keyboard to go to. */
export const VIEW = { 'data-view': '' } as const;

/**
 * The first stop of the keyboard, seen only there: past tabs, bars and the left panel to what is shown. A button, for
 * what stands behind the # of the address is the app's place.
 */
export function SkipLink() {
  const active = useWorkspace((state) => state.active);
  return (
    <button type="button" className={css.link} onClick={() => focusView(active)}>
      {t('Skip to the view')}
    </button>
  );
}

function focusView(tab: string): void {
  const view = document.getElementById(paneId(tab))?.querySelector<HTMLElement>('[data-view]');
  if (!view) return;
  // Only for now: a click into it is to leave the arrow keys to what scrolls there.
  view.tabIndex = -1;
  view.addEventListener('blur', () => view.removeAttribute('tabindex'), { once: true });
  view.focus();
}
