import { parseFilter } from '../filter.ts';
import { boxWords } from '../layout/words.ts';
import type { Model } from '../model.ts';
import { type TableFormat, type TextColumn, tableText } from '../table/text.ts';
import { naturalCompare } from '../text/natural-order.ts';
import {
  COMPARE_STATUSES,
  type CompareColumn,
  type ComparedTensor,
  type ComparePage,
  type CompareStatus,
  wholeShape,
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

const COLUMNS: readonly TextColumn<ComparedTensor>[] = [
  { heading: 'name', value: ({ name }) => name },
  { heading: 'status', value: ({ status }) => status },
  { heading: 'name B', key: 'nameB', value: ({ b }) => b?.name },
  { heading: 'dtype A', key: 'dtypeA', value: ({ a }) => a?.dtype },
  { heading: 'dtype B', key: 'dtypeB', value: ({ b }) => b?.dtype },
  { heading: 'shape A', key: 'shapeA', value: ({ a }) => a?.shape },
  { heading: 'shape B', key: 'shapeB', value: ({ b }) => b?.shape },
  { heading: 'elements', value: ({ numbers }) => numbers?.elements },
  { heading: 'differing', value: ({ numbers }) => numbers?.differing },
  { heading: 'first', value: ({ numbers }) => numbers?.first },
  { heading: 'largest', key: 'maxAbs', value: ({ numbers }) => numbers?.maxAbs },
  { heading: 'mean', key: 'meanAbs', value: ({ numbers }) => numbers?.meanAbs },
  { heading: 'largest relative', key: 'maxRelative', value: ({ numbers }) => numbers?.maxRelative },
  { heading: 'relative L2', key: 'relativeL2', value: ({ numbers }) => numbers?.relativeL2 },
  { heading: 'cosine', value: ({ numbers }) => numbers?.cosine },
  { heading: 'message', value: ({ message }) => message },
  { heading: 'part', value: (row) => row.part && boxWords(row.part.box, wholeShape(row)) },
];

/** The rows of a query, or those at some places among them, as text: for the clipboard, or to be saved. Throws API_INPUT when it would be too long. */
export function compareText(
  table: ComparedTable,
  query: CompareQuery,
  format: TableFormat,
  places?: readonly number[],
): { text: string; count: number } {
  const { rows: all } = compareRows(table, query);
  const rows = places ? places.flatMap((place) => all[place] ?? []) : all;
  return { text: tableText(COLUMNS, rows, format), count: rows.length };
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
