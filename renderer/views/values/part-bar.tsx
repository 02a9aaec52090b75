import { NumberInput, Select, TextInput } from '@mantine/core';
import { type KeyboardEvent, useEffect, useState } from 'react';
import type { TensorDetail } from '../../../shared/checkpoint.ts';
import type { Fault } from '../../../shared/errors.ts';
import { formatSlice } from '../../../shared/values/slice.ts';
import { t } from '../../language/t.ts';
import { sentence } from '../../parts/sentence.ts';
import { useApp } from '../../store/app-store.ts';
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
      {part && part.shape.length > 2 && <Axes part={part} />}
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

/** Which two axes are rows and columns, and the index of each other axis. */
function Axes({ part }: { readonly part: Part }) {
  const show = useApp((state) => state.showValues);
  const { shape, selection } = part;
  const [rowAxis = shape.length - 2, columnAxis = shape.length - 1] = selection.axes;
  const set = (rows: number, columns: number, index = selection.box.start) => {
    const axes = [Math.min(rows, columns), Math.max(rows, columns)];
    const start = shape.map((_, axis) => (axes.includes(axis) ? 0 : (index[axis] ?? 0)));
    const extent = shape.map((length, axis) => (axes.includes(axis) ? length : 1));
    show({ slice: formatSlice({ box: { start, extent }, axes }, shape) });
  };
  const choices = shape.map((length, axis) => ({
    value: String(axis),
    label: t('axis {{axis}} ({{number}})', { axis, number: length }),
  }));
  // Rows always come before columns in the tensor, so that what is shown lies as it is stored.
  return (
    <>
      <Select
        label={t('Rows')}
        className={css.axis ?? ''}
        data={choices.filter(({ value }) => Number(value) < columnAxis)}
        value={String(rowAxis)}
        allowDeselect={false}
        onChange={(next) => next !== null && set(Number(next), columnAxis)}
      />
      <Select
        label={t('Columns')}
        className={css.axis ?? ''}
        data={choices.filter(({ value }) => Number(value) > rowAxis)}
        value={String(columnAxis)}
        allowDeselect={false}
        onChange={(next) => next !== null && set(rowAxis, Number(next))}
      />
      {choices
        .map(({ value }) => Number(value))
        .filter((axis) => axis !== rowAxis && axis !== columnAxis)
        .map((axis) => (
          <NumberInput
            key={axis}
            label={t('Axis {{axis}}', { axis })}
            className={css.index ?? ''}
            min={0}
            max={Math.max(0, (shape[axis] ?? 0) - 1)}
            clampBehavior="strict"
            allowDecimal={false}
            value={selection.box.start[axis] ?? 0}
            onChange={(next) =>
              set(rowAxis, columnAxis, selection.box.start.with(axis, Math.max(0, Number(next) || 0)))
            }
          />
        ))}
    </>
  );
}

function ranksOf(detail: TensorDetail): number[] {
  const ranks = detail.slices.flatMap(({ places }) => places.flatMap(({ rank }) => rank ?? []));
  return [...new Set(ranks)].sort((a, b) => a - b);
}
