import { NumberInput, Select } from '@mantine/core';
import { formatSlice } from '../../../shared/values/slice.ts';
import { t } from '../../language/t.ts';
import type { Part } from './use-part.ts';
import css from './values.module.css';

interface AxisPickersProps {
  readonly part: Part;
  /** Gets the text of the matrix that was chosen. */
  readonly onSlice: (slice: string) => void;
}

/** Which two axes are rows and columns, and the index of each other axis. */
export function AxisPickers({ part, onSlice }: AxisPickersProps) {
  const { shape, selection } = part;
  const [rowAxis = shape.length - 2, columnAxis = shape.length - 1] = selection.axes;
  const set = (rows: number, columns: number, index = selection.box.start) => {
    const axes = [Math.min(rows, columns), Math.max(rows, columns)];
    const start = shape.map((_, axis) => (axes.includes(axis) ? 0 : (index[axis] ?? 0)));
    const extent = shape.map((length, axis) => (axes.includes(axis) ? length : 1));
    onSlice(formatSlice({ box: { start, extent }, axes }, shape));
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
