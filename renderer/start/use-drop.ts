import { type DragEvent, useState } from 'react';
import { useDesktop } from '../parts/desktop.ts';
import { activeTab } from '../store/tabs.ts';
import { useWorkspaceStore } from '../store/workspace.ts';

/** Dropping a folder or file on the window opens it. Only the desktop can tell where a dropped file lies. */
export function useDrop() {
  const desktop = useDesktop();
  const workspace = useWorkspaceStore();
  const open = (path: string) => activeTab(workspace.getState()).store.getState().open({ path });
  const [over, setOver] = useState(false);
  const allowed = (event: DragEvent) => desktop !== undefined && event.dataTransfer.types.includes('Files');
  return {
    over,
    onDragOver(event: DragEvent) {
      // Without this the window would go to the file's own address.
      event.preventDefault();
      if (allowed(event)) setOver(true);
      else event.dataTransfer.dropEffect = 'none';
    },
    onDragLeave: () => setOver(false),
    onDrop(event: DragEvent) {
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer.files[0];
      if (file) void desktop?.pathForFile(file).then((path) => path !== null && open(path));
    },
  };
}
