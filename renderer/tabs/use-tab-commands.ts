import type { Command } from '../commands/command.ts';
import { t } from '../language/t.ts';
import { useDesktop } from '../parts/desktop.ts';
import { shownTabs } from '../store/tabs.ts';
import { useWorkspace, useWorkspaceStore } from '../store/workspace.ts';
import { useComparePair } from './use-compare-pair.ts';
import { useTabNames } from './use-tab-names.ts';

/** Keys go to the first nine. */
const NUMBERED = 9;

/** Commands of the tabs. Browsers keep Ctrl+T, Ctrl+W and Ctrl+Tab to themselves: only the desktop has them too. */
export function useTabCommands(): Command[] {
  const tabs = useWorkspace((state) => state.tabs);
  const active = useWorkspace((state) => state.active);
  const both = useWorkspace((state) => shownTabs(state).length === 2);
  const desktop = useDesktop() !== undefined;
  const compare = useComparePair();
  const names = useTabNames(tabs);
  const { addTab, closeTab, showTab, showBeside, endPair } = useWorkspaceStore().getState();
  const group = 'window';
  const step = (by: number) => {
    const at = tabs.findIndex(({ id }) => id === active) + by;
    showTab(tabs.at(at % tabs.length)?.id ?? active);
  };
  return [
    {
      group,
      id: 'new-tab',
      label: t('New tab'),
      keys: ['alt+t', ...(desktop ? ['mod+t'] : [])],
      run: () => addTab(),
    },
    {
      group,
      id: 'close-tab',
      label: t('Close the tab'),
      keys: ['alt+w', ...(desktop ? ['mod+w'] : [])],
      run: () => closeTab(active),
    },
    ...(both
      ? [{ group, id: 'one', label: t('Show one at a time'), run: endPair } as const]
      : [
          {
            group,
            id: 'beside',
            label: t('Show another checkpoint beside this one'),
            keys: ['alt+b'],
            run: () => showBeside(tabs.length === 2 ? tabs.find(({ id }) => id !== active)?.id : undefined),
          } as const,
        ]),
    ...(compare ? [{ group, id: 'compare-two', label: t('Compare these two'), run: compare } as const] : []),
    ...(tabs.length > 1 && desktop
      ? [
          { group, id: 'next-tab', label: t('Next tab'), keys: ['mod+Tab'], run: () => step(1) } as const,
          {
            group,
            id: 'previous-tab',
            label: t('Previous tab'),
            keys: ['mod+shift+Tab'],
            run: () => step(-1),
          } as const,
        ]
      : []),
    ...(tabs.length > 1 ? tabs : []).map(
      ({ id }, index): Command => ({
        group,
        id: `tab-${id}`,
        label: t('Tab {{number}}: {{name}}', { number: index + 1, name: names[index]?.name ?? '' }),
        ...(index < NUMBERED && { keys: [`alt+${index + 1}`] }),
        run: () => showTab(id),
      }),
    ),
  ];
}
