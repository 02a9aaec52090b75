import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import type { FileSummary } from '../../../shared/checkpoint.ts';
import type { ListedFile } from '../../../shared/files.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { MiddleText } from '../../parts/middle-text.tsx';
import { Size } from '../../parts/size.tsx';
import type { DataColumn } from '../../table/data-table.tsx';
import css from './files.module.css';

/** Of a letter of a name, in CSS pixels; around it; of names that are shown whole whatever leaves; of the column. */
const LETTER = 7.3;
const AROUND = 24;
const LONGEST = 440;
const LEAST = 260;

/** Ranks only where there are any; what is of least use, and in the panel, only beside whole names. */
export function fileColumns(files: readonly ListedFile[]): readonly DataColumn<ListedFile>[] {
  const ranks = files.some(({ rank }) => rank !== undefined);
  const letters = files.reduce((most, { name }) => Math.max(most, name.length), 0);
  const name = Math.max(LEAST, Math.min(LONGEST, Math.ceil(letters * LETTER) + AROUND));
  const others = 112 + (ranks ? 60 : 0) + 88;
  return [
    {
      heading: 'Name',
      key: 'name',
      width: `minmax(${LEAST}px, 4fr)`,
      sorts: 'ascending',
      value: ({ name }) => name,
      render: (file) => <FileName file={file} />,
    },
    {
      heading: 'Kind',
      key: 'kind',
      width: 'minmax(112px, 0.6fr)',
      sorts: 'ascending',
      value: kindWords,
      render: (file) => (
        <span className={css.quiet} title={kindWords(file)}>
          {kindWords(file)}
        </span>
      ),
    },
    ...(ranks ? [{ heading: 'Rank', ...number('rank', '60px', ({ rank }) => rank, 'ascending') }] : []),
    { heading: 'Size', ...bytes('bytes', ({ size }) => size) },
    {
      heading: 'Tensors',
      ...number('tensors', '76px', ({ tensorCount }) => tensorCount),
      from: name + others + 138 + 76,
    },
    {
      heading: 'Header',
      ...bytes('headerBytes', ({ headerLength }) => headerLength || undefined),
      from: name + others + 138 + 76 + 88,
    },
    {
      heading: 'Modified',
      key: 'modified',
      width: '138px',
      from: name + others + 138,
      end: true,
      sorts: 'descending',
      value: ({ modified }) => new Date(modified).toISOString(),
      render: ({ modified }) => <Time milliseconds={modified} />,
    },
  ];
}

function FileName({ file: { name, belongs, severity } }: { readonly file: ListedFile }) {
  return (
    <span className={cx(css.name, !belongs && css.quiet)}>
      {severity === 'error' && <IconCircleX size={14} className={css.error} aria-label={t('has an error')} />}
      {severity === 'warning' && (
        <IconAlertTriangle size={14} className={css.warn} aria-label={t('has a warning')} />
      )}
      <MiddleText text={name} tail={34} />
    </span>
  );
}

/** What a file is: by its content where that is known, else by its name. */
export function kindWords({ kind, what, belongs }: Pick<ListedFile, 'kind' | 'what' | 'belongs'>): string {
  if (what !== undefined) return escapeText(what);
  const words = wordsOf(kind);
  return kind === 'weights' && !belongs ? t('weights, not read') : words;
}

function wordsOf(kind: FileSummary['kind']): string {
  switch (kind) {
    case 'weights':
      return t('weights');
    case 'hyper':
      return t('hyper parameters');
    case 'index':
      return t('index');
    case 'strategy':
      return t('strategy');
    case 'meta':
      return t('save record');
    case 'config':
      return t('configuration');
    case 'report':
      return t('report of the job');
    case 'other':
      return t('not known');
  }
}

/** A time of this place to the minute; the exact one on hover. */
export function Time({ milliseconds }: { readonly milliseconds: number }) {
  const date = new Date(milliseconds);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {day} {two(date.getHours())}:{two(date.getMinutes())}
    </time>
  );
}

type Column = Omit<DataColumn<ListedFile>, 'heading'>;

function number(
  key: string,
  width: string,
  value: (file: ListedFile) => number | undefined,
  sorts: 'ascending' | 'descending' = 'descending',
): Column {
  const render = (file: ListedFile) => {
    const count = value(file);
    return count === undefined ? '' : formatCount(count);
  };
  return { key, width, value, sorts, end: true, render };
}

function bytes(key: string, value: (file: ListedFile) => number | undefined): Column {
  const render = (file: ListedFile) => {
    const count = value(file);
    return count === undefined ? '' : <Size bytes={count} />;
  };
  return { ...number(key, '88px', value), render };
}
