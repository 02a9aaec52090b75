import { Checkbox } from '@mantine/core';
import { Choice } from '../conversion/choice.tsx';
import { JobLimits } from '../conversion/job-limits.tsx';
import { t } from '../language/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useWorkspace } from '../store/workspace.ts';
import css from './settings.module.css';

/** What holds for the whole window, on every checkpoint. Each change takes effect at once. */
export function SettingsDialog() {
  const shown = useWorkspace((state) => state.settingsShown);
  const show = useWorkspace((state) => state.showSettings);
  return (
    <Dialog opened={shown} onClose={() => show(false)} title={t('Settings')} size={600}>
      <Window />
      <Jobs />
    </Dialog>
  );
}

function Window() {
  const preferences = useWorkspace((state) => state.preferences);
  const prefer = useWorkspace((state) => state.prefer);
  return (
    <section className={css.section}>
      <Choice
        label={t('Language')}
        value={preferences.language}
        choices={[
          ['system', t('As the system')],
          ['en', 'English'],
          ['zh-CN', '简体中文'],
        ]}
        onChange={(language) => prefer({ language })}
      />
      <Choice
        label={t('Theme')}
        value={preferences.theme}
        choices={[
          ['system', t('As the system')],
          ['light', t('Light')],
          ['dark', t('Dark')],
          ['contrast', t('High contrast')],
        ]}
        onChange={(theme) => prefer({ theme })}
      />
      <Choice
        label={t('Motion')}
        value={preferences.motion}
        choices={[
          ['system', t('As the system')],
          ['reduced', t('None')],
        ]}
        onChange={(motion) => prefer({ motion })}
      />
      <Checkbox
        label={t('Keys without Ctrl or Alt')}
        description={t('Off, where they are pressed by mistake, as by speech input.')}
        checked={preferences.plainKeys}
        onChange={(event) => prefer({ plainKeys: event.currentTarget.checked })}
      />
    </section>
  );
}

/** How the dialog of a job begins. */
function Jobs() {
  const { verify, threads, memoryBytes } = useWorkspace((state) => state.preferences);
  const prefer = useWorkspace((state) => state.prefer);
  return (
    <section className={css.section}>
      <h3>{t('Jobs begin with')}</h3>
      <Checkbox
        label={t('Check the result before it gets its name')}
        description={t(
          'Reads everything again and compares it with the source: about as long as writing it.',
        )}
        checked={verify}
        onChange={(event) => prefer({ verify: event.currentTarget.checked })}
      />
      <JobLimits threads={threads} memoryBytes={memoryBytes} onChange={prefer} />
    </section>
  );
}
