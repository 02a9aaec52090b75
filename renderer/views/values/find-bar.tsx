import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { asFault } from '../../../shared/errors.ts';
import { t } from '../../language/t.ts';
import { sentence } from '../../parts/sentence.ts';
import { useAppStore } from '../../store/app-store.ts';
import { indexOf, type Part } from './use-part.ts';
import css from './values.module.css';
import type { Cell } from './values-grid.tsx';

interface FindBarProps {
  readonly part: Part;
  readonly cursor: Cell;
  readonly onFound: (cell: Cell) => void;
}

/** Goes to an index, or to the next NaN or Inf after the cursor, and from the end on to the first. */
export function FindBar({ part, cursor, onFound }: FindBarProps) {
  const store = useAppStore();
  const [index, setIndex] = useState('');
  const [word, setWord] = useState('');
  const [looking, setLooking] = useState(false);

  const go = (event: FormEvent) => {
    event.preventDefault();
    const cell = cellOfIndex(part, index);
    setWord(
      cell
        ? ''
        : t('Give an index inside of {{slice}}, such as {{index}}.', {
            slice: part.slice,
            index: indexOf(part, 0, 0).join(', '),
          }),
    );
    if (cell) onFound(cell);
  };

  const find = async (what: 'nan' | 'infinity') => {
    const { signal } = new AbortController();
    const { askValues } = store.getState();
    const next = (from: number) => askValues('tensor.find', { slice: part.slice, what, from }, signal);
    setLooking(true);
    setWord('');
    try {
      const after = cursor.row * part.columns + cursor.column + 1;
      const { found } = await next(after);
      const again = found ?? (await next(0)).found;
      if (again)
        onFound({ row: Math.floor(again.position / part.columns), column: again.position % part.columns });
      const name = what === 'nan' ? 'NaN' : 'Inf';
      if (!again) setWord(t('There is no {{name}} in this part.', { name }));
      else if (!found) setWord(t('From the start again: no {{name}} after the cursor.', { name }));
    } catch (error) {
      setWord(sentence(asFault(error).message));
    } finally {
      setLooking(false);
    }
  };

  return (
    <form className={css.tools} onSubmit={go}>
      <TextInput
        aria-label={t('Go to index')}
        placeholder={t('Go to index, e.g. 3, 17')}
        className={css.goTo ?? ''}
        value={index}
        spellCheck={false}
        onChange={(event) => setIndex(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        {t('Go')}
      </Button>
      <Button variant="default" disabled={looking} onClick={() => void find('nan')}>
        {t('Next NaN')}
      </Button>
      <Button variant="default" disabled={looking} onClick={() => void find('infinity')}>
        {t('Next Inf')}
      </Button>
      <span role="status" className={css.quiet}>
        {word}
      </span>
    </form>
  );
}

/** The cell of an index of the tensor, or of the shown axes alone. */
export function cellOfIndex(part: Part, text: string): Cell | undefined {
  const numbers = text
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(',')
    .map((word) => (/^\s*\d+\s*$/.test(word) ? Number(word) : Number.NaN));
  const { axes, box } = part.selection;
  const whole = numbers.length === part.shape.length;
  if (numbers.some(Number.isNaN) || (!whole && numbers.length !== axes.length)) return undefined;
  const at = (place: 0 | 1): number => {
    const axis = axes[place];
    if (axis === undefined) return 0;
    return (numbers[whole ? axis : place] ?? 0) - (box.start[axis] ?? 0);
  };
  const cell = { row: at(0), column: at(1) };
  const inside = cell.row >= 0 && cell.row < part.rows && cell.column >= 0 && cell.column < part.columns;
  const same = !whole || numbers.every((n, axis) => axes.includes(axis) || n === box.start[axis]);
  return inside && same ? cell : undefined;
}
