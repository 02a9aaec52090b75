import { asFault, type Fault } from '../../shared/errors.ts';
import type { RanksPage, RanksRow } from '../../shared/ranks/page.ts';
import { heldRanks } from '../parts/words.ts';
import type { SliceContext } from './slice.ts';
import type { TableAsk } from './table.ts';

/** A part of the matrix that is fetched at once. */
const BLOCK_ROWS = 100;
const BLOCK_RANKS = 64;
/** Blocks kept around what is in sight. */
const MAX_BLOCKS = 60;

/** A page with its codes as numbers. */
interface Block extends Omit<RanksPage, 'cells'> {
  readonly codes: Int32Array;
}

/** Rows and columns of the matrix in sight: the first, and the one after the last. */
export interface MatrixSight {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** What the matrix is of: rows are as in the tensor table. */
export interface MatrixAbout {
  readonly checkpoint: string;
  readonly filter: string;
  readonly sort: TableAsk['sort'];
  /** Columns of this stage's ranks only. */
  readonly stage: number | undefined;
}

/** A column of the matrix. */
export interface RankColumn {
  readonly rank: number;
  readonly bytes: number;
  readonly stage: number;
}

/** The matrix of tensors and ranks: what of it is known, where the cursor is, which ranks are chosen. */
export interface RanksSlice {
  /** Of the checkpoint, filter and order that the table has now; the blocks go when one of them changes. */
  readonly matrix: {
    readonly totalRows: number;
    readonly totalRanks: number;
    readonly blocks: ReadonlyMap<string, Block>;
  };
  readonly matrixFault: Fault | undefined;
  readonly matrixCursor: { readonly row: number; readonly column: number };
  /** The last ranks that were chosen, two at most: those that would be compared. */
  readonly chosenRanks: readonly number[];
  /** Says what is in sight; fetches what of it is not there, and starts anew when it is of something else. */
  needMatrix(about: MatrixAbout, sight: MatrixSight): void;
  /** Any part of it, to be written elsewhere: as much as goes at once, from a row and a column on. */
  matrixPage(offset: number, firstRank: number): Promise<RanksPage>;
  matrixRow(row: number): RanksRow | undefined;
  rankColumn(column: number): RankColumn | undefined;
  /** Code of a cell (`shared/ranks/cells.ts`); undefined while it is on its way. */
  rankCell(row: number, column: number): number | undefined;
  moveMatrixCursor(row: number, column: number): void;
  /** Puts the cursor on a tensor and a rank that were chosen elsewhere; undefined where it is there already. */
  seekInMatrix(
    name: string | undefined,
    rank: number | undefined,
  ): Promise<RanksSlice['matrixCursor'] | undefined>;
  chooseRank(rank: number): void;
  chooseRanks(ranks: readonly number[]): void;
}

const NO_MATRIX: RanksSlice['matrix'] = { totalRows: 0, totalRanks: 0, blocks: new Map() };

export function ranksSlice({ set, get, client }: SliceContext): RanksSlice {
  let of: MatrixAbout = { checkpoint: '', filter: '', sort: undefined, stage: undefined };
  let calls = new AbortController();
  let waiting = new Set<string>();

  const about = () => {
    const { checkpoint, filter, sort, stage } = of;
    return { checkpoint, filter, ...(sort && { sort }), ...(stage !== undefined && { stage }) };
  };

  async function fetchBlock(row: number, column: number): Promise<void> {
    const key = `${row} ${column}`;
    if (waiting.has(key) || get().matrix.blocks.has(key)) return;
    waiting.add(key);
    const mine = calls;
    try {
      const page = await client.call(
        'ranks.page',
        {
          ...about(),
          offset: row * BLOCK_ROWS,
          limit: BLOCK_ROWS,
          firstRank: column * BLOCK_RANKS,
          rankLimit: BLOCK_RANKS,
        },
        mine.signal,
      );
      if (mine === calls) accept(key, page);
    } catch (error) {
      if (mine !== calls) return;
      const fault = asFault(error);
      if (fault.code !== 'CANCELLED') set({ matrixFault: fault });
    } finally {
      if (mine === calls) waiting.delete(key);
    }
  }

  function accept(key: string, { cells, ...page }: RanksPage): void {
    // A copy, as bytes that came through a socket need not begin where 32-bit numbers may.
    const codes = new Int32Array(cells.slice().buffer);
    const blocks = new Map(get().matrix.blocks).set(key, { ...page, codes });
    for (const oldest of [...blocks.keys()].slice(0, -MAX_BLOCKS)) blocks.delete(oldest);
    const { totalRows, totalRanks } = page;
    set({ matrix: { totalRows, totalRanks, blocks }, matrixFault: undefined });
  }

  /** Where a rank is among the columns that are shown; -1 when it is not. */
  const columnOf = (rank: number | undefined): number => {
    const { checkpoint } = get();
    if (checkpoint === undefined) return -1;
    const { missingRanks, strategy } = checkpoint;
    const devices = strategy?.devicesPerStage ?? 1;
    // Of a rank that the save lacks only a strategy says what is missing.
    return [...heldRanks(checkpoint), ...(strategy ? missingRanks : [])]
      .filter((one) => of.stage === undefined || Math.floor(one / devices) === of.stage)
      .sort((a, b) => a - b)
      .indexOf(rank ?? -1);
  };

  const blockOf = (row: number, column: number) =>
    get().matrix.blocks.get(`${Math.floor(row / BLOCK_ROWS)} ${Math.floor(column / BLOCK_RANKS)}`);

  /** A block of the row (or column), whichever is there. */
  const anyBlock = (keep: (key: string) => boolean): Block | undefined => {
    for (const [key, block] of get().matrix.blocks) if (keep(key)) return block;
    return undefined;
  };

  return {
    matrix: NO_MATRIX,
    matrixFault: undefined,
    matrixCursor: { row: 0, column: 0 },
    chosenRanks: [],

    needMatrix(wanted, { rows, columns }) {
      const another = wanted.checkpoint !== of.checkpoint;
      const others = another || wanted.stage !== of.stage;
      if (others || wanted.filter !== of.filter || wanted.sort !== of.sort) {
        const { column } = get().matrixCursor;
        const rank = get().rankColumn(column)?.rank;
        of = wanted;
        calls.abort();
        calls = new AbortController();
        waiting = new Set();
        set({
          matrix: NO_MATRIX,
          matrixFault: undefined,
          matrixCursor: {
            row: 0,
            column: others ? Math.max(0, columnOf(another ? undefined : rank)) : column,
          },
          ...(another && { chosenRanks: [] }),
        });
      }
      const last = ([, end]: readonly [number, number], size: number) =>
        Math.floor(Math.max(0, end - 1) / size);
      for (let row = Math.floor(rows[0] / BLOCK_ROWS); row <= last(rows, BLOCK_ROWS); row++)
        for (
          let column = Math.floor(columns[0] / BLOCK_RANKS);
          column <= last(columns, BLOCK_RANKS);
          column++
        )
          void fetchBlock(row, column);
    },
    matrixPage: (offset, firstRank) =>
      client.call('ranks.page', { ...about(), offset, limit: 1000, firstRank, rankLimit: 1024 }),
    matrixRow(row) {
      const block = anyBlock((key) => key.startsWith(`${Math.floor(row / BLOCK_ROWS)} `));
      return block?.rows[row % BLOCK_ROWS];
    },
    rankColumn(column) {
      const block = anyBlock((key) => key.endsWith(` ${Math.floor(column / BLOCK_RANKS)}`));
      const at = column % BLOCK_RANKS;
      const rank = block?.ranks[at];
      if (block === undefined || rank === undefined) return undefined;
      return { rank, bytes: block.bytes[at] ?? 0, stage: block.stages[at] ?? 0 };
    },
    rankCell(row, column) {
      const block = blockOf(row, column);
      if (block === undefined) return undefined;
      return block.codes[(row % BLOCK_ROWS) * block.ranks.length + (column % BLOCK_RANKS)];
    },
    moveMatrixCursor(row, column) {
      const { totalRows, totalRanks } = get().matrix;
      const within = (at: number, total: number) => Math.max(0, Math.min(at, total - 1));
      const cursor = { row: within(row, totalRows), column: within(column, totalRanks) };
      set({ matrixCursor: cursor });
      const name = get().matrixRow(cursor.row)?.name;
      if (name !== undefined && name !== get().detailName) get().selectName(name);
      const rank = get().rankColumn(cursor.column)?.rank;
      // A part that was chosen of another rank's slice need not be in this one.
      if (rank !== undefined && rank !== get().valuesPlace.rank) get().showValues({ rank, slice: undefined });
    },
    async seekInMatrix(name, rank) {
      const { matrixCursor, matrixRow, placeOf } = get();
      const found = columnOf(rank);
      const column = found < 0 ? matrixCursor.column : found;
      // A row that is still on its way is where a person just went.
      const at = matrixRow(matrixCursor.row)?.name;
      const there = name === undefined || at === undefined || at === name;
      const row = there ? matrixCursor.row : await placeOf(name, 'flat').catch(() => undefined);
      const { matrixCursor: now } = get();
      if (row === undefined || (row === now.row && column === now.column)) return undefined;
      set({ matrixCursor: { row, column } });
      return { row, column };
    },
    chooseRank(rank) {
      const { chosenRanks } = get();
      set({
        chosenRanks: chosenRanks.includes(rank)
          ? chosenRanks.filter((other) => other !== rank)
          : [...chosenRanks, rank].slice(-2),
      });
    },
    chooseRanks: (ranks) => set({ chosenRanks: ranks }),
  };
}
