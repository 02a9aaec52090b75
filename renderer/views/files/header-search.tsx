import { ActionIcon, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { HeaderHit } from '../../../shared/files.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { useSettled } from '../../parts/use-settled.ts';
import { useApp } from '../../store/app-store.ts';
import { isCancelled } from '../../store/values.ts';
import css from './files.module.css';

/** Typing settles before the header is searched, in milliseconds. */
const SETTLE = 200;

export type Found = Pick<HeaderHit, 'row' | 'open'>;

interface HeaderSearchProps {
  readonly path: string;
  readonly open: readonly number[];
  readonly onFound: (found: Found) => void;
}

/** Finds a text in keys and values, from row to row: Enter goes on, with Shift back. */
export function HeaderSearch({ path, open, onFound }: HeaderSearchProps) {
  const ask = useApp((state) => state.askFile);
  const [text, setText] = useState('');
  const [found, setFound] = useState<HeaderHit>();
  const call = useRef(new AbortController());
  /** What was searched last, and where it was found: what is pressed counts from there, before it is drawn. */
  const latest = useRef<{ readonly wanted: string; readonly hit?: HeaderHit }>({ wanted: '' });
  const settled = useRef(Promise.resolve());
  const opened = useRef(open);
  opened.current = open;

  const find = async (wanted: string, step: 1 | -1) => {
    call.current.abort();
    call.current = new AbortController();
    const mine = call.current;
    const known = latest.current.wanted === wanted ? latest.current.hit : undefined;
    const take = (hit?: HeaderHit) => {
      latest.current = { wanted, ...(hit && { hit }) };
      setFound(hit);
    };
    if (wanted === '') return take();
    try {
      const from = known && known.hits > 0 ? { from: known.hit } : {};
      const input = { path, open: [...opened.current], text: wanted, step, ...from };
      const hit = await ask('file.find', input, mine.signal);
      if (mine.signal.aborted) return;
      take(hit);
      if (hit.hits > 0) onFound(hit);
    } catch (error) {
      if (!isCancelled(error)) take();
    }
  };
  // Enter may have been quicker.
  const settle = useSettled((wanted: string) => {
    if (latest.current.wanted !== wanted) void find(wanted, 1);
  }, SETTLE);
  /** A step for each press, however fast they come. */
  const go = (step: 1 | -1) => {
    settled.current = settled.current.then(() => find(text, step));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape' && text !== '') {
      setText('');
      void find('', 1);
    } else if (event.key === 'ArrowDown')
      event.currentTarget.closest('section')?.querySelector<HTMLElement>('[role=tree]')?.focus();
    else return;
    event.preventDefault();
  };
  const none = found?.hits === 0;
  return (
    <div className={css.search}>
      <TextInput
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          settle(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
        aria-label={t('Search the header')}
        placeholder={t('Search keys and values')}
        error={none}
        spellCheck={false}
        autoComplete="off"
        leftSection={<IconSearch size={14} stroke={1.6} aria-hidden />}
      />
      <ActionIcon
        aria-label={t('Previous hit')}
        title={t('Previous hit (Shift+Enter)')}
        disabled={!found?.hits}
        onClick={() => go(-1)}
      >
        <IconChevronUp size={15} />
      </ActionIcon>
      <ActionIcon
        aria-label={t('Next hit')}
        title={t('Next hit (Enter)')}
        disabled={!found?.hits}
        onClick={() => go(1)}
      >
        <IconChevronDown size={15} />
      </ActionIcon>
      <span role="status" className={css.hits}>
        {found &&
          (none
            ? t('not found')
            : t('{{hit}} of {{hits}}', { hit: formatCount(found.hit + 1), hits: formatCount(found.hits) }))}
      </span>
    </div>
  );
}
