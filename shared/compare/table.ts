import { refuse } from '../errors.ts';
import { parseFilter } from '../filter.ts';
import type { Model } from '../model.ts';
import { escapeCsv, escapeTsv } from '../text/escape.ts';
import { naturalCompare } from '../text/natural-order.ts';
import {
  COMPARE_STATUSES,
  type CompareColumn,
  type ComparedTensor,
  type ComparePage,
  type CompareStatus,
  type DifferenceNumbers,
} from './results.ts';

/** The tensors of a comparison, those that are not equal first, with what a filter needs to know of them. */
export interface ComparedTable {
  readonly rows: readonly ComparedTensor[];
  readonly a: Model;
  readonly b: Model;
}

export interface CompareQuery {
  /** The filter language of the tensor table, about A's tensors; about B's where only B has one. */
  readonly filter: string;
  readonly statuses?: readonly CompareStatus[] | undefined;
  readonly sort?: { readonly column: CompareColumn; readonly descending: boolean } | undefined;
}

export function comparePage(
  table: ComparedTable,
  query: CompareQuery,
  offset: number,
  limit: number,
): ComparePage {
  const { rows, errors } = compareRows(table, query);
  return {
    totalRows: rows.length,
    offset,
    rows: rows.slice(offset, offset + limit),
    tensorCount: table.rows.length,
    filterErrors: errors,
  };
}

/** Longest text, in characters: a string of V8 ends at 2^29. */
const MAX_TEXT = 2 ** 28;

const HEADER = [
  'name',
  'status',
  'name_b',
  'dtype_a',
  'dtype_b',
  'shape_a',
  'shape_b',
  'elements',
  'differing',
  'first',
  'max_abs',
  'mean_abs',
  'max_relative',
  'relative_l2',
  'cosine',
  'message',
];

/** The rows of a query as text: for the clipboard, or to be saved. */
export function compareText(
  table: ComparedTable,
  query: CompareQuery,
  format: 'tsv' | 'csv' | 'json',
): { text: string; count: number } {
  const { rows } = compareRows(table, query);
  const escapeCell = format === 'tsv' ? escapeTsv : escapeCsv;
  const separator = format === 'tsv' ? '\t' : ',';
  const lineOf = (row: ComparedTensor) =>
    format === 'json' ? JSON.stringify(row) : cellsOf(row, escapeCell).join(separator);
  const lines: string[] = format === 'json' ? [] : [HEADER.join(separator)];
  let length = 0;
  for (const row of rows) {
    const line = lineOf(row);
    length += line.length + 2;
    if (length > MAX_TEXT)
      refuse(
        'API_INPUT',
        'The text of so many tensors is too long.',
        'Filter them, or use `shardscope compare --json`.',
      );
    lines.push(line);
  }
  const { length: count } = rows;
  if (format !== 'json') return { text: `${lines.join('\n')}\n`, count };
  return { text: count === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`, count };
}

function cellsOf(
  { name, status, a, b, numbers, message }: ComparedTensor,
  escapeCell: (text: string) => string,
): (string | number)[] {
  const shape = (of: ComparedTensor['a']) => (of ? `[${of.shape.join(' ')}]` : '');
  const number = (key: Exclude<keyof DifferenceNumbers, 'first'>) => numbers?.[key] ?? '';
  return [
    escapeCell(name),
    status,
    escapeCell(b?.name ?? ''),
    a?.dtype ?? '',
    b?.dtype ?? '',
    shape(a),
    shape(b),
    ...(['elements', 'differing'] as const).map(number),
    numbers?.first ? `[${numbers.first.join(' ')}]` : '',
    ...(['maxAbs', 'meanAbs', 'maxRelative', 'relativeL2', 'cosine'] as const).map(number),
    escapeCell(message ?? ''),
  ];
}

function compareRows(
  { rows, a, b }: ComparedTable,
  { filter: text, statuses, sort }: CompareQuery,
): { rows: readonly ComparedTensor[]; errors: readonly string[] } {
  const filter = parseFilter(text);
  const [inA, inB] = [filter.bind(a), filter.bind(b)];
  const keeps = (row: ComparedTensor): boolean => {
    if (statuses && !statuses.includes(row.status)) return false;
    if (filter.empty) return true;
    const tensor = row.a ? a.byName.get(row.a.name) : b.byName.get(row.name);
    return tensor !== undefined && (row.a ? inA : inB)(tensor);
  };
  const kept = filter.empty && !statuses ? rows : rows.filter(keeps);
  return { rows: sort ? sorted(kept, sort) : kept, errors: filter.errors };
}

/** Stable, so that equal ones keep the order of the list; what has no number comes last either way. */
function sorted(
  rows: readonly ComparedTensor[],
  { column, descending }: NonNullable<CompareQuery['sort']>,
): readonly ComparedTensor[] {
  const sign = descending ? -1 : 1;
  if (column === 'name') return [...rows].sort((x, y) => sign * naturalCompare(x.name, y.name));
  if (column === 'status') {
    const rank = ({ status }: ComparedTensor) => COMPARE_STATUSES.indexOf(status);
    return [...rows].sort((x, y) => sign * (rank(x) - rank(y)));
  }
  return [...rows].sort((x, y) => {
    const [p, q] = [x.numbers?.[column], y.numbers?.[column]];
    if (p === undefined || q === undefined) return Number(p === undefined) - Number(q === undefined);
    return sign * (p - q);
  });
}
