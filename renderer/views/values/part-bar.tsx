import { Select, TextInput } from '@mantine/core';
import { type KeyboardEvent, useEffect, useState } from 'react';
import type { TensorDetail } from '../../../shared/checkpoint.ts';
import type { Fault } from '../../../shared/errors.ts';
import { t } from '../../language/t.ts';
import { sentence } from '../../parts/sentence.ts';
import { useApp } from '../../store/app-store.ts';
import { AxisPickers } from './axis-pickers.tsx';
import type { Part } from './use-part.ts';
import css from './values.module.css';

interface PartBarProps {
  readonly detail: TensorDetail | undefined;
  readonly part: Part | undefined;
  readonly sliceFault: Fault | undefined;
}

/** What of the tensor is shown: of the whole or a rank's slice, and which part of that. */
export function PartBar({ detail, part, sliceFault }: PartBarProps) {
  const ranks = detail ? ranksOf(detail) : [];
  const { rank } = useApp((state) => state.valuesPlace);
  const show = useApp((state) => state.showValues);
  return (
    <div className={css.part}>
      {(ranks.length > 0 || rank !== undefined) && (
        <Select
          label={t('Of')}
          className={css.rank ?? ''}
          value={rank === undefined ? 'whole' : String(rank)}
          allowDeselect={false}
          searchable={ranks.length > 12}
          data={[
            { value: 'whole', label: t('Whole tensor') },
            ...ranks.map((one) => ({ value: String(one), label: t('Rank {{rank}}', { rank: one }) })),
          ]}
          onChange={(next) =>
            show({ rank: next === null || next === 'whole' ? undefined : Number(next), slice: undefined })
          }
        />
      )}
      <SliceField part={part} fault={sliceFault} />
      {part && part.shape.length > 2 && <AxisPickers part={part} onSlice={(slice) => show({ slice })} />}
    </div>
  );
}

/** The slice as text: taken with Enter or on leaving; Escape takes back what was typed. */
function SliceField({ part, fault }: { readonly part: Part | undefined; readonly fault: Fault | undefined }) {
  const typed = useApp((state) => state.valuesPlace.slice);
  const show = useApp((state) => state.showValues);
  const shown = typed ?? part?.slice ?? '';
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const take = () => {
    if (text !== shown) show({ slice: text.trim() === '' ? undefined : text });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take();
    if (event.key === 'Escape') setText(shown);
  };
  return (
    <TextInput
      label={t('Slice')}
      className={css.slice ?? ''}
      classNames={{ input: css.mono ?? '' }}
      value={text}
      spellCheck={false}
      placeholder="[0, :, 3:10]"
      error={fault && sentence(fault.message)}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={onKeyDown}
    />
  );
}

function ranksOf(detail: TensorDetail): number[] {
  const ranks = detail.slices.flatMap(({ places }) => places.flatMap(({ rank }) => rank ?? []));
  return [...new Set(ranks)].sort((a, b) => a - b);
}
