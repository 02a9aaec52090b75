import { Button, CloseButton, Popover } from '@mantine/core';
import type { ChangedFiles, FileChanges } from '../../shared/file-changes.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { MiddleText } from '../parts/middle-text.tsx';
import { useApp } from '../store/app-store.ts';
import css from './files-changed.module.css';

/** Quietly says that the files are not those that were opened any more, which ones, and offers to read them again. */
export function FilesChangedBar() {
  const changes = useApp((state) => state.fileChanges);
  const busy = useApp((state) => state.opening !== undefined);
  const reopen = useApp((state) => state.reopen);
  const dismiss = useApp((state) => state.dismissFileChanges);
  if (changes === undefined) return null;
  return (
    <section className={css.bar} aria-label={t('Changed files')}>
      <span className={css.words} role="status">
        {changeWords(changes)}
      </span>
      {!changes.gone && <Which changes={changes} />}
      <Button variant="default" size="compact-xs" loading={busy} onClick={() => void reopen()}>
        {t('Reload')}
      </Button>
      <CloseButton size={22} aria-label={t('Dismiss')} onClick={dismiss} />
    </section>
  );
}

function changeWords({ added, removed, changed, gone }: FileChanges): string {
  if (gone) return t('What is open is not there any more. What is shown was read before.');
  const parts = [
    added.count > 0 && t('{{count}} new', { count: added.count }),
    removed.count > 0 && t('{{count}} removed', { count: removed.count }),
    changed.count > 0 && t('{{count}} changed', { count: changed.count }),
  ];
  return t('The files changed: {{changes}}.', { changes: parts.filter((part) => part !== false).join(', ') });
}

function Which({ changes: { added, removed, changed } }: { readonly changes: FileChanges }) {
  return (
    <Popover position="bottom-end" width={440} trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" size="compact-xs">
          {t('Which?')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={cx(css.which)}>
        <Named title={t('New')} files={added} />
        <Named title={t('Removed')} files={removed} />
        <Named title={t('Changed')} files={changed} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Named({ title, files: { count, names } }: { readonly title: string; readonly files: ChangedFiles }) {
  if (count === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <MiddleText text={name} tail={36} />
          </li>
        ))}
        {count > names.length && <li>{t('and {{count}} more', { count: count - names.length })}</li>}
      </ul>
    </section>
  );
}
