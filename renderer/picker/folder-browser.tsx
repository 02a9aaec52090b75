import { Button, TextInput } from '@mantine/core';
import { type KeyboardEvent, useRef, useState } from 'react';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAppStore } from '../store/app-store.ts';
import type { Picking, PickPurpose } from '../store/dialogs.ts';
import { useWorkspace, useWorkspaceStore } from '../store/workspace.ts';
import { crumbs, joined } from './crumbs.ts';
import { FolderEntries } from './folder-entries.tsx';
import css from './picker.module.css';
import { useListing } from './use-listing.ts';

function verbOf(purpose: PickPurpose): string {
  switch (purpose) {
    case 'open':
      return t('Open');
    case 'out':
      return t('Write here');
    default:
      return t('Use');
  }
}

/** Walks through the host's folders: path field, breadcrumbs, entries. Wholly usable by keyboard. */
export function FolderBrowser({ picking: { purpose, take: picked } }: { readonly picking: Picking }) {
  const store = useAppStore();
  const workspace = useWorkspaceStore();
  const close = useWorkspace((state) => state.closePicker);
  const [place, setPlace] = useState(() =>
    startOf(store.getState().opened?.path, workspace.getState().pickerPlace()),
  );
  const { folder, fault, loading } = useListing(place);
  const [cursor, setCursor] = useState(-1);
  const [typed, setTyped] = useState<string>();
  const field = useRef<HTMLInputElement>(null);

  const entries = (folder?.entries ?? []).filter((entry) => purpose !== 'out' || entry.type === 'folder');
  const chosen = entries[cursor];
  const target = typed ?? chosen?.path ?? folder?.path;

  // Another folder begins without a choice: the folder itself is what the button takes.
  const enter = (path: string) => {
    setPlace(path);
    setCursor(-1);
    setTyped(undefined);
  };
  const take = (path: string) => {
    close();
    picked(path);
  };
  const onTyped = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (target !== undefined) take(target.trim());
  };

  return (
    <div className={css.browser}>
      <TextInput
        ref={field}
        aria-label={t('Path')}
        classNames={{ input: css.mono ?? '' }}
        value={target ?? ''}
        spellCheck={false}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={onTyped}
      />
      {folder && (
        <nav className={css.crumbs} aria-label={t('Folders above')}>
          {crumbs(folder.path, folder.roots).map((crumb, index, all) => (
            <span key={crumb.path}>
              {index > 0 && crumb.name !== '/' && all[index - 1]?.name !== '/' && (
                <span className={css.slash}>/</span>
              )}
              <button
                type="button"
                aria-current={index === all.length - 1 ? 'location' : undefined}
                onClick={() => enter(crumb.path)}
              >
                {escapeText(crumb.name)}
              </button>
            </span>
          ))}
        </nav>
      )}
      {fault && <FaultNote fault={fault} alert />}
      <FolderEntries
        entries={entries}
        cursor={cursor}
        busy={loading}
        label={folder?.path ?? t('Folder')}
        onCursor={(index) => {
          setCursor(index);
          setTyped(undefined);
        }}
        onEnter={(entry) => (entry.type === 'folder' ? enter(entry.path) : take(entry.path))}
        onTake={purpose === 'open' ? (entry) => take(entry.path) : undefined}
        onUp={() => folder?.parent !== undefined && enter(folder.parent)}
      />
      {folder?.truncated && (
        <p className={css.note}>
          {t('Only the first 2,000 entries are shown. Type the path to go further.')}
        </p>
      )}
      <div className={css.footer}>
        <span className={css.target} title={target}>
          {escapeText(target ?? '', 4096)}
        </span>
        {purpose === 'out' && folder && (
          <Button
            variant="default"
            onClick={() => {
              setTyped(joined(folder.path, 'merged'));
              field.current?.focus();
            }}
          >
            {t('New folder')}
          </Button>
        )}
        <Button variant="default" onClick={close}>
          {t('Cancel')}
        </Button>
        <Button disabled={target === undefined} onClick={() => target !== undefined && take(target.trim())}>
          {verbOf(purpose)}
        </Button>
      </div>
    </div>
  );
}

/** Where one was last; beside what is open when the picker was never used. */
function startOf(opened: string | undefined, last: string | undefined): string | undefined {
  if (last !== undefined || opened === undefined) return last;
  return opened.replace(/[/\\][^/\\]+[/\\]?$/, '') || undefined;
}
