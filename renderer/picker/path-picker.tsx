import { t } from '../language/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import type { PickPurpose } from '../store/dialogs.ts';
import { useWorkspace } from '../store/workspace.ts';
import { FolderBrowser } from './folder-browser.tsx';
import css from './picker.module.css';

function titleOf(purpose: PickPurpose): string {
  switch (purpose) {
    case 'open':
      return t('Open a checkpoint');
    case 'compare':
      return t('Compare with');
    case 'strategy':
      return t('Name a strategy');
    case 'nameMap':
      return t('File of new names');
    case 'out':
      return t('Folder to write to');
  }
}

/** The folder picker of the browser host: looks at the host's disks, not at the browser's. */
export function PathPicker() {
  const picking = useWorkspace((state) => state.picking);
  const close = useWorkspace((state) => state.closePicker);
  return (
    <Dialog
      opened={picking !== undefined}
      onClose={close}
      size={640}
      title={picking && titleOf(picking.purpose)}
      classNames={{ body: css.body ?? '' }}
    >
      {picking && <FolderBrowser picking={picking} />}
    </Dialog>
  );
}
