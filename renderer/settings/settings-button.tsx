import { ActionIcon, Tooltip } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import { t } from '../language/t.ts';
import { useWorkspace } from '../store/workspace.ts';

export function SettingsButton() {
  const show = useWorkspace((state) => state.showSettings);
  return (
    <Tooltip label={t('Settings (Ctrl+,)')}>
      <ActionIcon aria-label={t('Settings')} onClick={() => show(true)}>
        <IconSettings size={17} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
