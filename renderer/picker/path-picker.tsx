import { Modal } from '@mantine/core';
import type { PickPurpose } from '../store/dialogs.ts';
import { useWorkspace } from '../store/workspace.ts';
import { FolderBrowser } from './folder-browser.tsx';
import css from './picker.module.css';

const TITLES: Readonly<Record<PickPurpose, string>> = {
  open: 'Open a checkpoint',
  compare: 'Compare with',
  strategy: 'Name a strategy',
  nameMap: 'File of new names',
  out: 'Folder to write to',
};

/** The folder picker of the browser host: looks at the host's disks, not at the browser's. */
export function PathPicker() {
  const picking = useWorkspace((state) => state.picking);
  const close = useWorkspace((state) => state.closePicker);
  return (
    <Modal
      opened={picking !== undefined}
      onClose={close}
      size={640}
      title={picking && TITLES[picking.purpose]}
      classNames={{ body: css.body ?? '' }}
    >
      {picking && <FolderBrowser picking={picking} />}
    </Modal>
  );
}
