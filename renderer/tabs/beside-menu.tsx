import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { IconColumns2, IconPlus, IconSquare } from '@tabler/icons-react';
import { t } from '../language/t.ts';
import { shownTabs } from '../store/tabs.ts';
import { useWorkspace, useWorkspaceStore } from '../store/workspace.ts';
import css from './tabs.module.css';
import { useComparePair } from './use-compare-pair.ts';
import { useLinkedSelections } from './use-linked-selections.ts';
import { useTabNames } from './use-tab-names.ts';

/** Two tabs side by side: which, and what to do with them. */
export function BesideMenu() {
  const tabs = useWorkspace((state) => state.tabs);
  const active = useWorkspace((state) => state.active);
  const both = useWorkspace((state) => shownTabs(state).length === 2);
  const linked = useWorkspace((state) => state.linked);
  const { showBeside, endPair, linkSelections } = useWorkspaceStore().getState();
  useLinkedSelections();
  const compare = useComparePair();
  const names = useTabNames(tabs);
  return (
    <>
      {both && compare && (
        <Button variant="default" className={css.compare ?? ''} onClick={compare}>
          {t('Compare these two')}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t('Side by side')}>
            <ActionIcon aria-label={t('Side by side')} aria-pressed={both}>
              <IconColumns2 size={17} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {both && (
            <>
              <Menu.Item leftSection={<IconSquare size={15} stroke={1.6} />} onClick={endPair}>
                {t('Show one at a time')}
              </Menu.Item>
              <Menu.CheckboxItem checked={linked} onChange={linkSelections}>
                {t('Select a tensor in both')}
              </Menu.CheckboxItem>
            </>
          )}
          <Menu.Label>{t('Show beside this one')}</Menu.Label>
          {tabs.map(
            ({ id }, index) =>
              id !== active && (
                <Menu.Item key={id} onClick={() => showBeside(id)}>
                  {names[index]?.name}
                </Menu.Item>
              ),
          )}
          <Menu.Item leftSection={<IconPlus size={15} stroke={1.6} />} onClick={() => showBeside()}>
            {t('Another checkpoint')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
