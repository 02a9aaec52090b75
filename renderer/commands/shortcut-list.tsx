import { Kbd, Switch } from '@mantine/core';
import { t } from '../language/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useWorkspace } from '../store/workspace.ts';
import { gridKeys } from './grid-keys.ts';
import { capsOf } from './keys.ts';
import css from './shortcut-list.module.css';
import { useCommands } from './use-commands.ts';

/** Every key of the window: those of the commands, and those of what has the focus. */
export function ShortcutList() {
  const shown = useWorkspace((state) => state.shortcutsShown);
  const show = useWorkspace((state) => state.showShortcuts);
  return (
    <Dialog opened={shown} onClose={() => show(false)} title={t('Keyboard shortcuts')} size={880}>
      <Sections />
    </Dialog>
  );
}

function Sections() {
  const { plainKeys } = useWorkspace((state) => state.preferences);
  const prefer = useWorkspace((state) => state.prefer);
  const everywhere = useCommands().flatMap(({ id, keys: [first] = [], label }) =>
    first === undefined ? [] : [{ id, caps: capsOf(first), meaning: label.replace(/…$/, '') }],
  );
  return (
    <div className={css.columns}>
      <section className={css.section}>
        <h3>{t('Everywhere')}</h3>
        <dl>
          {everywhere.map(({ id, ...shortcut }) => (
            <Shortcut key={id} {...shortcut} />
          ))}
        </dl>
        <Switch
          className={css.switch ?? ''}
          label={t('Keys without Ctrl or Alt')}
          description={t('Off, where they are pressed by mistake, as by speech input.')}
          checked={plainKeys}
          onChange={(event) => prefer({ plainKeys: event.currentTarget.checked })}
        />
      </section>
      {gridKeys().map(({ title, keys }) => (
        <section key={title} className={css.section}>
          <h3>{title}</h3>
          <dl>
            {keys.map(([caps, meaning]) => (
              <Shortcut key={meaning} caps={caps} meaning={meaning} />
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function Shortcut({ caps, meaning }: { readonly caps: readonly string[]; readonly meaning: string }) {
  return (
    <div>
      <dt>
        {caps.map((cap) => (
          <Kbd key={cap}>{cap}</Kbd>
        ))}
      </dt>
      <dd>{meaning}</dd>
    </div>
  );
}
