import { useEffect, useRef } from 'react';
import { isDialogOpen } from '../parts/dialog.tsx';
import { useWorkspace } from '../store/workspace.ts';
import { isPlain, isStroke, strokesOf } from './keys.ts';
import { useCommands } from './use-commands.ts';

/** How long the first of two keys waits for the second, in milliseconds. */
const PATIENCE = 1500;

/** The keys of the commands, wherever the focus is. */
export function useShortcuts(): void {
  const commands = useCommands();
  const { plainKeys } = useWorkspace((state) => state.preferences);
  const begun = useRef({ stroke: '', at: 0 });

  const act = (event: KeyboardEvent): boolean => {
    if (event.defaultPrevented || isDialogOpen() || dialogHasFocus()) return false;
    const { stroke: before, at } = begun.current;
    begun.current = { stroke: '', at: 0 };
    const typing = isTyping(event.target);
    const all = commands.flatMap(({ keys = [], run }) =>
      keys.map((one) => ({ strokes: strokesOf(one), run })),
    );
    const usable = all.filter(({ strokes: [first = ''] }) => {
      if (first === 'Escape') return !typing && !somethingPoppedUp();
      return !isPlain(first) || (plainKeys && !typing);
    });
    const waiting = event.timeStamp - at < PATIENCE;
    const found =
      usable.find(
        ({ strokes: [first, second] }) =>
          waiting && first === before && second !== undefined && isStroke(second, event),
      ) ?? usable.find(({ strokes: [first = '', second] }) => second === undefined && isStroke(first, event));
    if (found) {
      found.run();
      return true;
    }
    const first = usable.find(
      ({ strokes: [one = '', second] }) => second !== undefined && isStroke(one, event),
    );
    if (first) begun.current = { stroke: first.strokes[0] ?? '', at: event.timeStamp };
    return first !== undefined;
  };

  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (latest.current(event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** What stands above the rest has the keyboard for itself: it holds the focus until it closes. */
function dialogHasFocus(): boolean {
  return document.activeElement?.closest('[aria-modal="true"]') != null;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');
}

/** Menus and dialogs go with Escape, which then means nothing else. */
function somethingPoppedUp(): boolean {
  return [...document.querySelectorAll('[role="menu"], [role="dialog"]')].some((one) =>
    one.checkVisibility(),
  );
}
