import { useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useOpenPicked } from '../picker/use-pick.ts';
import { useAppStore } from '../store/app-store.ts';
import { FILTER_FIELD } from '../views/tensors/filter-field.tsx';

/** The keys that work everywhere in the window. The list for people is in `shortcut-list.tsx`. */
export function useShortcuts(): void {
  const store = useAppStore();
  const pickOpen = useOpenPicked();

  const act = (event: KeyboardEvent): boolean => {
    const control = event.ctrlKey || event.metaKey;
    // A dialog has the keyboard for itself; keys without a modifier are text while a field has the focus.
    const { draft, picking, shortcutsShown, strategyDialogShown } = store.getState();
    if (draft || picking || shortcutsShown || strategyDialogShown || (!control && isTyping(event.target)))
      return false;
    const key = event.key.toLowerCase();
    if (control && key === 'o') pickOpen();
    else if ((control && key === 'f') || key === '/') return focusFilter();
    else if (key === '?') store.getState().showShortcuts(true);
    else return false;
    return true;
  };

  const focusFilter = (): boolean => {
    const { checkpoint, showView } = store.getState();
    if (checkpoint === undefined) return false;
    const inSight = () => document.getElementById(FILTER_FIELD);
    // At once, so that what is typed next goes into the field.
    if (!inSight()) flushSync(() => showView('tensors'));
    const field = inSight();
    if (!(field instanceof HTMLInputElement)) return false;
    field.focus();
    field.select();
    return true;
  };

  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.altKey && latest.current(event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');
}
