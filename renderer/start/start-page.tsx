import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { VIEW } from '../frame/skip-link.tsx';
import { t } from '../language/t.ts';
import { useDesktop } from '../parts/desktop.ts';
import { useOpenPicked } from '../picker/use-pick.ts';
import { SettingsButton } from '../settings/settings-button.tsx';
import { useApp } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';
import { OpeningBar } from './opening-bar.tsx';
import { RecentList } from './recent-list.tsx';
import { Refused } from './refused.tsx';
import css from './start.module.css';

/** Nothing is open yet: the ways to open something. */
export function StartPage() {
  const refused = useApp((state) => state.openFault !== undefined);
  // Several tabs have a bar, and the menu is there.
  const alone = useWorkspace((state) => state.tabs.length === 1);
  return (
    <div className={css.page}>
      <div className={css.top}>{alone && <SettingsButton />}</div>
      <main className={css.main} {...VIEW}>
        <h1>Shardscope</h1>
        <p className={css.lead}>
          {t(
            'Opens model weights: safetensors and MindSpore checkpoints, whole or split over ranks, as a file or a folder.',
          )}
        </p>
        <Ways />
        <OpeningBar />
        {refused && (
          <div className={css.fault}>
            <Refused />
          </div>
        )}
        <RecentList />
      </main>
    </div>
  );
}

/** The desktop has dialogs of its own; a browser types the path on the host, or browses there. */
function Ways() {
  const desktop = useDesktop();
  const pickOpen = useOpenPicked();
  if (desktop === undefined) return <PathField />;
  return (
    <div className={css.ways}>
      <Button onClick={() => pickOpen({ what: 'folder' })}>{t('Open a folder…')}</Button>
      <Button variant="default" onClick={() => pickOpen({ what: 'file' })}>
        {t('Open a file…')}
      </Button>
      <span className={css.hint}>{t('or drop one here')}</span>
    </div>
  );
}

function PathField() {
  const open = useApp((state) => state.open);
  const busy = useApp((state) => state.opening !== undefined);
  const pickOpen = useOpenPicked();
  const [path, setPath] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (path.trim() === '') pickOpen();
    else void open({ path: path.trim() });
  };
  return (
    <form className={css.ways} onSubmit={submit}>
      <TextInput
        aria-label={t('Path on the host')}
        placeholder="/path/on/the/host"
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
        spellCheck={false}
        className={css.field ?? ''}
        classNames={{ input: css.mono ?? '' }}
      />
      <Button variant="default" onClick={() => pickOpen()}>
        {t('Browse…')}
      </Button>
      <Button type="submit" disabled={busy}>
        {t('Open')}
      </Button>
    </form>
  );
}
