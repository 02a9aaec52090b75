import { Kbd } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { useWorkspace } from '../store/workspace.ts';
import { useOpenHere } from '../tabs/use-open-here.ts';
import { COMMAND_GROUPS, groupWords } from './command.ts';
import css from './command-palette.module.css';
import { capsOf } from './keys.ts';
import { useCommands } from './use-commands.ts';

/** Ctrl+K: every command of the window by name. */
export function CommandPalette() {
  const actions = useActions();
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      nothingFound={t('No command is called like this.')}
      highlightQuery
      scrollable
      attributes={{ content: { 'aria-label': t('Commands') } }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      classNames={{ actionsGroup: css.group ?? '', action: css.action ?? '' }}
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={16} stroke={1.6} />,
        placeholder: t('What do you want to do?'),
        'aria-label': t('Commands'),
      }}
    />
  );
}

function useActions(): SpotlightActionGroupData[] {
  const commands = useCommands().filter(({ id }) => id !== 'palette');
  const here = useOpenHere();
  const recent = useWorkspace((state) => state.recent);
  const groups = COMMAND_GROUPS.map((group) => ({
    group: groupWords(group),
    actions: commands
      .filter((command) => command.group === group)
      .map(({ id, label, keys: [first] = [], run }) => ({
        id,
        label,
        onClick: run,
        rightSection: first !== undefined && <Keys keys={first} />,
      })),
  }));
  return [
    ...groups,
    {
      group: t('Recent'),
      actions: recent.slice(0, 8).map((path) => ({
        id: `recent-${path}`,
        label: escapeText(path, 400),
        ...here(path),
      })),
    },
  ].filter(({ actions }) => actions.length > 0);
}

function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className={css.keys} aria-hidden>
      {capsOf(keys).map((cap) => (
        <Kbd key={cap}>{cap}</Kbd>
      ))}
    </span>
  );
}
