import { refuse } from '../errors.ts';
import { escapeCsv, escapeText, escapeTsv } from '../text/escape.ts';
import { formatCount } from '../text/units.ts';

export const TABLE_FORMATS = ['tsv', 'csv', 'json', 'markdown'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** What a cell can hold. Lists (shapes, ranks, tensor maps) are written as in Python: `[3584, 18944]`. */
export type CellValue = string | number | boolean | undefined | CellList;
export type CellList = readonly (string | number | CellList)[];

/** A column of any table, as text: the same values whatever the format. */
export interface TextColumn<R> {
  readonly heading: string;
  /** Name of the field in JSON; the heading when absent. */
  readonly key?: string;
  readonly value: (row: R) => CellValue;
}

/** Longest text, in characters: about a million rows; a string of V8 ends at 2^29. */
export const MAX_TEXT = 2 ** 28;

/** Which part of a table some rows are: only the first has the heading, only the last the end. */
export interface TablePart {
  readonly first: boolean;
  readonly last: boolean;
}

const WHOLE: TablePart = { first: true, last: true };

/**
 * A table, or a part of one whose parts are put one after the other, as text with a line feed at its end.
 * - `tsv`, `csv`: a header row, then one row each; texts cannot act as formulas or control characters.
 * - `json`: an array, one object a line, with exact texts; empty cells are left out.
 * - `markdown`: a GitHub table, for an issue or a report.
 *
 * @throws API_INPUT when the text would be too long
 */
export function tableText<R>(
  columns: readonly TextColumn<R>[],
  rows: readonly R[],
  format: TableFormat,
  part = WHOLE,
): string {
  switch (format) {
    case 'tsv':
      return lines(separated('\t', escapeTsv, columns, rows, part), rows.length);
    case 'csv':
      return lines(separated(',', escapeCsv, columns, rows, part), rows.length);
    case 'markdown':
      return lines(markdown(columns, rows, part), rows.length);
    case 'json':
      return rows.length === 0 && part.first && part.last
        ? '[]\n'
        : lines(json(columns, rows, part), rows.length);
  }
}

/** Refuses API_INPUT: the text of so many rows is longer than `MAX_TEXT`. */
export function refuseText(rows: number): never {
  refuse(
    'API_INPUT',
    `the text of ${formatCount(rows)} rows is longer than ${formatCount(MAX_TEXT)} characters`,
    'Select or filter fewer rows, or save them as a file.',
  );
}

function lines(parts: Iterable<string>, rows: number): string {
  const all: string[] = [];
  let length = 0;
  for (const line of parts) {
    length += line.length + 1;
    if (length > MAX_TEXT) refuseText(rows);
    all.push(line);
  }
  return all.length === 0 ? '' : `${all.join('\n')}\n`;
}

function* separated<R>(
  separator: string,
  safe: (text: string) => string,
  columns: readonly TextColumn<R>[],
  rows: readonly R[],
  { first }: TablePart,
): Generator<string> {
  if (first) yield columns.map(({ heading }) => safe(heading)).join(separator);
  for (const row of rows) {
    const cells = columns.map(({ value }) => {
      const cell = value(row);
      return typeof cell === 'number' ? String(cell) : safe(plain(cell));
    });
    yield cells.join(separator);
  }
}

function* json<R>(
  columns: readonly TextColumn<R>[],
  rows: readonly R[],
  { first, last }: TablePart,
): Generator<string> {
  if (first) yield '[';
  for (const [index, row] of rows.entries()) {
    const object = Object.fromEntries(columns.map(({ heading, key, value }) => [key ?? heading, value(row)]));
    yield `${JSON.stringify(object)}${last && index === rows.length - 1 ? '' : ','}`;
  }
  if (last) yield ']';
}

function* markdown<R>(
  columns: readonly TextColumn<R>[],
  rows: readonly R[],
  part: TablePart,
): Generator<string> {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [first] = rows;
  const rule = ({ value }: TextColumn<R>) =>
    first !== undefined && typeof value(first) === 'number' ? '---:' : '---';
  if (part.first) {
    yield line(columns.map(({ heading }) => escapeMarkdown(heading)));
    yield line(columns.map(rule));
  }
  for (const row of rows) yield line(columns.map(({ value }) => escapeMarkdown(plain(value(row)))));
}

function plain(value: CellValue): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? `[${value.map(plain).join(', ')}]` : String(value);
}

/** What Markdown would take for emphasis, code, a link, HTML or the end of a cell. */
function escapeMarkdown(text: string): string {
  return escapeText(text, Number.POSITIVE_INFINITY).replace(/[\\|`*_<[\]]/g, '\\$&');
}
