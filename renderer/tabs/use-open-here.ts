import type { MouseEvent } from 'react';
import { useApp } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';

type Click = Pick<MouseEvent, 'button' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/** Opens paths as a browser follows links: in this tab, with Ctrl or the middle button in another one behind it. */
export function useOpenHere() {
  const open = useApp((state) => state.open);
  const openInTab = useWorkspace((state) => state.openInTab);
  const follow = (path: string, click: Click) => {
    const another = click.button === 1 || click.ctrlKey || click.metaKey;
    if (another) openInTab(path, { behind: !click.shiftKey });
    else void open({ path });
  };
  return (path: string) => ({
    onClick: (event: Click) => follow(path, event),
    onAuxClick: (event: Click) => event.button === 1 && follow(path, event),
  });
}
