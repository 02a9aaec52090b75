import { type TableFormat, type TextColumn, tableText } from '../table/text.ts';
import { cellSlice, cellState } from './cells.ts';
import type { RanksPage, RanksRow } from './page.ts';

/** Asks for rows from `offset` on and columns from `firstRank` on. */
type Ask = (offset: number, firstRank: number) => Promise<RanksPage>;

interface TextRow extends RanksRow {
  readonly codes: readonly number[];
}

/** The whole matrix as text, part by part: a column for each rank, in which its slice stands. */
export async function* matrixText(ask: Ask, format: TableFormat): AsyncGenerator<string> {
  for (let offset = 0; ; ) {
    const pages = [await ask(offset, 0)];
    const [first] = pages;
    if (first === undefined) return;
    for (let known = first.ranks.length; known < first.totalRanks; ) {
      const next = await ask(offset, known);
      pages.push(next);
      known += next.ranks.length;
    }
    const ranks = pages.flatMap((page) => page.ranks);
    const rows = first.rows.map((row, at) => ({ ...row, codes: pages.flatMap((page) => codesOf(page, at)) }));
    const end = offset + rows.length;
    const last = end >= first.totalRows || rows.length === 0;
    yield tableText(columnsOf(ranks), rows, format, { first: offset === 0, last });
    if (last) return;
    offset = end;
  }
}

function codesOf({ cells, ranks }: RanksPage, row: number): number[] {
  const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
  return ranks.map((_, column) => view.getInt32(4 * (row * ranks.length + column), true));
}

function columnsOf(ranks: readonly number[]): readonly TextColumn<TextRow>[] {
  return [
    { heading: 'name', value: ({ name }) => name },
    { heading: 'dtype', value: ({ dtype }) => dtype },
    { heading: 'shape', value: ({ shape }) => shape },
    { heading: 'slices', value: ({ slices }) => slices },
    ...ranks.map(
      (rank, column): TextColumn<TextRow> => ({
        heading: `rank ${rank}`,
        value: ({ codes, slices }) => cellText(codes[column] ?? 0, slices),
      }),
    ),
  ];
}

/** "2/4": the second of four slices; empty for nothing. */
function cellText(code: number, slices: number): string | undefined {
  switch (cellState(code)) {
    case 'held':
      return slices === 1 ? 'whole' : `${cellSlice(code) + 1}/${slices}`;
    case 'elsewhere':
      return `without ${cellSlice(code) + 1}/${slices}`;
    case 'missing':
      return `missing ${cellSlice(code) + 1}/${slices}`;
    case 'unknown':
      return 'part';
    case 'none':
      return undefined;
  }
}
