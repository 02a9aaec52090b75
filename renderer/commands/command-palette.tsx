import { Kbd } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { useWorkspace } from '../store/workspace.ts';
import { useOpenHere } from '../tabs/use-open-here.ts';
import { COMMAND_GROUPS, groupWords } from './command.ts';
import css from './command-palette.module.css';
import { capsOf } from './keys.ts';
import { useCommands } from './use-commands.ts';
import { hasWords, useFound } from './use-found.ts';

/** Ctrl+K: every command of the window by name, and what the checkpoint has of that name. */
export function CommandPalette() {
  const [query, setQuery] = useState('');
  const actions = useActions(query);
  return (
    <Spotlight
      actions={actions}
      query={query}
      onQueryChange={setQuery}
      filter={(_, found) => found}
      shortcut={null}
      nothingFound={t('Nothing is called like this.')}
      highlightQuery
      scrollable
      attributes={{ content: { 'aria-label': t('Commands') } }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      classNames={{ actionsGroup: css.group ?? '', action: css.action ?? '' }}
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={16} stroke={1.6} />,
        placeholder: t('A command, tensor, rank, save, file or job'),
        'aria-label': t('Commands'),
        onKeyDown: (event) => event.key === 'Enter' && clickFirst(),
      }}
    />
  );
}

/** What came after typing had settled is not chosen yet: Enter means the first. */
function clickFirst(): void {
  if (document.querySelector('[data-action][data-selected]')) return;
  document.querySelector<HTMLElement>('[data-action]')?.click();
}

function useActions(query: string): SpotlightActionGroupData[] {
  const commands = useCommands().filter(({ id }) => id !== 'palette');
  const here = useOpenHere();
  const recent = useWorkspace((state) => state.recent);
  const groups = COMMAND_GROUPS.map((group) => ({
    group: groupWords(group),
    actions: commands
      .filter((command) => command.group === group && hasWords(command.label, query))
      .map(({ id, label, keys: [first] = [], run }) => ({
        id,
        label,
        onClick: run,
        rightSection: first !== undefined && <Keys keys={first} />,
      })),
  }));
  const found = useFound(query).map(({ title, found }) => ({
    group: title,
    actions: found.map(({ id, label, description, go }) => ({
      id,
      label: escapeText(label, 400),
      ...(description !== undefined && { description }),
      onClick: go,
    })),
  }));
  return [
    ...groups,
    ...found,
    {
      group: t('Recent'),
      actions: recent
        .filter((path) => hasWords(path, query))
        .slice(0, 8)
        .map((path) => ({
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
