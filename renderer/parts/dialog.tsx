import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useRef } from 'react';

/** The dialogs that are open, whether they have the focus yet or not. */
const open = new Set<symbol>();

/** Whether a dialog is open: it has the keyboard for itself, also in the moment before it takes the focus. */
export function isDialogOpen(): boolean {
  return open.size > 0;
}

/**
 * A dialog that gives the focus back to what opened it. Mantine's own does so 10 ms after closing, and only to an
 * element that is still there: not after Escape came before the dialog had taken the focus (it then takes it while it
 * fades), and not where a menu was asked for it.
 */
export function Dialog(props: ModalProps) {
  const { opened } = props;
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (!opened) return;
    opener.current ??= whatOpens();
    const self = Symbol();
    open.add(self);
    return () => void open.delete(self);
  }, [opened]);
  const onExited = () => {
    const at = document.activeElement;
    const isOwn = root.current?.contains(at);
    // Where it gave way to another dialog for a while, it still knows afterwards what opened it.
    if (!isOwn && at?.closest('[role=dialog]')) return;
    if (isOwn || at === document.body) opener.current?.focus({ preventScroll: true });
    opener.current = null;
  };
  return <Modal {...props} ref={root} onExitTransitionEnd={onExited} />;
}

/** What has the focus; of a menu, which is about to close, the button that it belongs to. */
function whatOpens(): HTMLElement | null {
  const at = document.activeElement;
  const menu = at?.closest('[role=menu]');
  const opener = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : at;
  return opener instanceof HTMLElement ? opener : null;
}
