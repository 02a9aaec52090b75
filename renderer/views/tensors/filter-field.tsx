import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { parseFilter } from '../../../shared/filter.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { useSettled } from '../../parts/use-settled.ts';
import { type AppStore, useApp } from '../../store/app-store.ts';
import { FilterHelp } from './filter-help.tsx';
import { StageFilter } from './stage-filter.tsx';
import css from './tensors.module.css';

/** Typing settles before the engine is asked, in milliseconds. */
const SETTLE = 120;
/** The field's name: each tab has one. */
export const FILTER_FIELD = 'tensor-filter';

/** Goes to the filter of the tab's view; to that of `otherwise` where the view has none. */
export function focusFilter(store: AppStore, pane: Element | null, otherwise: string): void {
  const inSight = () => pane?.querySelector(`[name="${FILTER_FIELD}"]`);
  // At once, so that what is typed next goes into the field.
  if (!inSight()) flushSync(() => store.getState().showView(otherwise));
  const field = inSight();
  if (!(field instanceof HTMLInputElement)) return;
  field.focus();
  field.select();
}

/** The filter of every table of tensors, the same in all views. What could not be understood is said below; the rest still filters. */
export function FilterField() {
  const filter = useApp((state) => state.ask.filter);
  const setFilter = useApp((state) => state.setFilter);
  const [text, setText] = useState(filter);
  const input = useRef<HTMLInputElement>(null);
  const errorsId = useId();
  const settle = useSettled(setFilter, SETTLE);

  // Going back, or another checkpoint, changes the filter from outside.
  useEffect(() => setText(filter), [filter]);

  const change = (next: string) => {
    setText(next);
    settle(next);
  };
  const errors = parseFilter(text).errors;
  return (
    <>
      <div className={css.filter}>
        <TextInput
          ref={input}
          name={FILTER_FIELD}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && text !== '') change('');
            else if (event.key === 'ArrowDown')
              event.currentTarget
                .closest('section')
                ?.querySelector<HTMLElement>(':is([role="treegrid"], [role="grid"])')
                ?.focus();
          }}
          aria-label={t('Filter tensors')}
          aria-describedby={errors.length > 0 ? errorsId : undefined}
          error={errors.length > 0}
          placeholder={t('Filter: name, dtype:bf16, !norm, /layers\\.[0-3]\\./')}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: cx(css.filterInput) }}
          leftSection={<IconSearch size={14} stroke={1.6} aria-hidden />}
          rightSectionWidth={text === '' ? 30 : 58}
          rightSection={
            <>
              {text !== '' && (
                <CloseButton size={24} aria-label={t('Clear the filter')} onClick={() => change('')} />
              )}
              <FilterHelp
                onExample={(example) => {
                  change(example);
                  input.current?.focus();
                }}
              />
            </>
          }
        />
        <div id={errorsId} role="status" className={css.errors} hidden={errors.length === 0}>
          {errors.map((error) => (
            <div key={error}>{error}</div>
          ))}
        </div>
      </div>
      <StageFilter />
    </>
  );
}
