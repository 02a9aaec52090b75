import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { Save } from '../../shared/checkpoint.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { saveWords } from '../parts/words.ts';
import { useApp } from '../store/app-store.ts';
import css from './bars.module.css';

/** Saves in the menu; older ones are in the summary. */
const NEWEST = 30;

/** "step 30 of 10, 20, 30": which save is open, and the way to the others. */
export function SaveMenu() {
  const checkpoint = useApp((state) => state.checkpoint);
  const opened = useApp((state) => state.opened);
  const open = useApp((state) => state.open);
  if (checkpoint === undefined || opened === undefined) return null;
  const { saves, suffix } = checkpoint;
  const current = saves.find((save) => save.suffix === suffix);
  if (current === undefined || (saves.length === 1 && current.suffix === '')) return null;
  if (saves.length === 1) return <span className={css.badge}>{saveWords(current)}</span>;
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className={css.badge}>
          {label(current, saves)}
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        <Menu.Label>{t('{{count}} saves, newest first', { count: saves.length })}</Menu.Label>
        {saves
          .slice(-NEWEST)
          .reverse()
          .map((save) => (
            <Menu.Item
              key={save.suffix}
              onClick={() => void open({ ...opened, fileSuffix: save.suffix })}
              aria-current={save === current}
              rightSection={<span className={cx(css.badge)}>{remark(save, current)}</span>}
            >
              {saveWords(save)}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function label(current: Save, saves: readonly Save[]): string {
  // Weights and whole state of one step are saves of their own.
  const steps = [...new Set(saves.map((save) => save.step))];
  if (steps.length <= 4 && !steps.includes(undefined))
    return t('{{save}} of {{saves}}', { save: saveWords(current), saves: steps.join(', ') });
  return t('{{save}} of {{saves}}', {
    save: saveWords(current),
    saves: t('{{count}} saves', { count: saves.length }),
  });
}

function remark(save: Save, current: Save): string {
  if (save === current) return t('open');
  if (!save.whole) return t('ranks missing');
  return save.weightsOnly ? t('weights only') : t('complete');
}
