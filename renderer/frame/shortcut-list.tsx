import { Kbd, Modal } from '@mantine/core';
import { useApp } from '../store/app-store.ts';
import css from './shortcut-list.module.css';

const SHORTCUTS = [
  {
    title: 'Everywhere',
    keys: [
      [['Ctrl', 'O'], 'Open a checkpoint'],
      [['Ctrl', 'K'], 'All commands'],
      [['/'], 'Filter the tensors (also Ctrl+F)'],
      [['?'], 'This list'],
    ],
  },
  {
    title: 'In the tensor table',
    keys: [
      [['↑', '↓'], 'Move; with Shift take the range'],
      [['Page', 'Home', 'End'], 'Move by a screen, to the first or last row'],
      [['←', '→'], 'Close or open a group'],
      [['Enter'], 'Explain the tensor in the right panel'],
      [['Space'], 'Add to the selection or take out of it'],
      [['Ctrl', 'A'], 'Select all that the filter shows'],
      [['Ctrl', 'C'], 'Copy the selected rows as a table'],
      [['Esc'], 'Clear the selection'],
    ],
  },
] as const;

export function ShortcutList() {
  const shown = useApp((state) => state.shortcutsShown);
  const show = useApp((state) => state.showShortcuts);
  return (
    <Modal opened={shown} onClose={() => show(false)} title="Keyboard shortcuts" size={460}>
      {SHORTCUTS.map(({ title, keys }) => (
        <section key={title} className={css.section}>
          <h3>{title}</h3>
          <dl>
            {keys.map(([combination, meaning]) => (
              <div key={meaning}>
                <dt>
                  {combination.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
