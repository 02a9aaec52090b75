import { IconFile, IconFolder, IconStack2 } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { FolderListing } from '../../shared/host.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { MiddleText } from '../parts/middle-text.tsx';
import { Size } from '../parts/size.tsx';
import css from './picker.module.css';

const ROW = 28;
type Entry = FolderListing['entries'][number];

interface FolderEntriesProps {
  readonly entries: readonly Entry[];
  readonly cursor: number;
  readonly busy: boolean;
  readonly label: string;
  readonly onCursor: (index: number) => void;
  /** Goes into a folder, or takes a file. */
  readonly onEnter: (entry: Entry) => void;
  /** What Enter and a double click do on a checkpoint; without it they go in. */
  readonly onTake: ((entry: Entry) => void) | undefined;
  readonly onUp: () => void;
}

/** The entries of a folder. Arrows move, Enter or → goes in, ← or Backspace goes up. */
export function FolderEntries(props: FolderEntriesProps) {
  const { entries, cursor, busy, label, onCursor } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });

  // The list has the focus from the start, so that arrows work at once.
  useEffect(() => scroller.current?.focus(), []);

  const open = (entry: Entry) =>
    entry.checkpoint && props.onTake ? props.onTake(entry) : props.onEnter(entry);
  const onKeyDown = (event: KeyboardEvent) => {
    const entry = entries[cursor];
    const move = (index: number) => {
      const next = Math.max(0, Math.min(index, entries.length - 1));
      onCursor(next);
      virtualizer.scrollToIndex(next);
    };
    const act = new Map([
      ['ArrowDown', () => move(cursor + 1)],
      ['ArrowUp', () => move(cursor - 1)],
      ['PageDown', () => move(cursor + 10)],
      ['PageUp', () => move(cursor - 10)],
      ['Home', () => move(0)],
      ['End', () => move(entries.length - 1)],
      ['ArrowRight', () => entry && props.onEnter(entry)],
      ['Enter', () => entry && open(entry)],
      ['ArrowLeft', props.onUp],
      ['Backspace', props.onUp],
    ]).get(event.key);
    if (act) {
      event.preventDefault();
      act();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const from = cursor + 1;
      const letter = event.key.toLowerCase();
      const order = [...entries.slice(from), ...entries.slice(0, from)];
      const found = order.find(({ name }) => name.toLowerCase().startsWith(letter));
      if (found) move(entries.indexOf(found));
    }
  };

  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={t('Entries of {{label}}', { label })}
      aria-busy={busy}
      aria-activedescendant={cursor >= 0 ? `entry-${cursor}` : undefined}
      tabIndex={0}
      data-autofocus
      className={css.entries}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const entry = entries[index];
          if (entry === undefined) return null;
          const Icon = entry.checkpoint ? IconStack2 : entry.type === 'folder' ? IconFolder : IconFile;
          return (
            <div
              key={entry.path}
              id={`entry-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === cursor}
              className={cx(css.entry, index === cursor && css.chosen)}
              style={{ transform: `translateY(${start}px)` }}
              onMouseDown={() => onCursor(index)}
              onDoubleClick={() => open(entry)}
            >
              <Icon
                size={16}
                stroke={1.5}
                className={cx(css.icon, entry.checkpoint && css.marked)}
                aria-hidden
              />
              <MiddleText text={entry.name} tail={30} className={css.entryName} />
              <span className={css.remark}>
                {entry.checkpoint ? t('checkpoint') : entry.size !== undefined && <Size bytes={entry.size} />}
              </span>
            </div>
          );
        })}
      </div>
      {entries.length === 0 && !busy && <p className={css.note}>{t('This folder is empty.')}</p>}
    </div>
  );
}
