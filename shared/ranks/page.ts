import type { ParsedInput } from '../api.ts';
import type { Dim } from '../checkpoint.ts';
import type { Dtype } from '../dtype.ts';
import { refuse } from '../errors.ts';
import type { Model, ModelTensor } from '../model.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { isWholeByNature } from '../table/holders.ts';
import { viewOf } from '../table/view.ts';
import { cellCode } from './cells.ts';
import { type NumberedSlices, SliceNumbers } from './slice-numbers.ts';

/** A part of the matrix of tensors and ranks: which slice of each tensor each rank holds. */
export interface RanksPage {
  readonly totalRows: number;
  readonly totalRanks: number;
  readonly offset: number;
  readonly rows: readonly RanksRow[];
  /** Place of the first column among all that were asked for, and the columns from there on, ascending. */
  readonly firstRank: number;
  readonly ranks: readonly number[];
  /** Of each column: bytes of tensor data in the rank's files, and its pipeline stage (0 without a strategy). */
  readonly bytes: readonly number[];
  readonly stages: readonly number[];
  /** 32-bit little-endian codes of `cells.ts`, row by row, a code for each column. */
  readonly cells: Uint8Array<ArrayBuffer>;
  readonly filterErrors: readonly string[];
}

export interface RanksRow {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  /** Different slices; 1 for a tensor that every rank holds whole, 0 where only a strategy could say. */
  readonly slices: number;
}

type RanksRequest = Omit<ParsedInput<'ranks.page'>, 'checkpoint'>;

/**
 * The matrix's rows `offset` to `offset + limit` (in the order of the table) and columns `firstRank` to
 * `firstRank + rankLimit`, of all ranks or of those of a `stage`. Costs a few steps for each holder of the rows and for each cell.
 *
 * @throws CP_NOT_DISTRIBUTED where nothing is split over ranks
 */
export function ranksPage(model: Model, strategy: Strategy | undefined, request: RanksRequest): RanksPage {
  const { offset, limit, firstRank, rankLimit, stage, ...query } = request;
  const matrix = matrixOf(model, strategy);
  const view = viewOf(model, { ...query, view: 'flat', toggled: [] });
  const order = view.type === 'flat' ? view.order : new Uint32Array();
  const tensors = [...order.subarray(offset, offset + limit)].flatMap((index) => model.tensors[index] ?? []);
  const stageOf = (rank: number) => (strategy ? Math.floor(rank / strategy.devicesPerStage) : 0);
  // Ranks ascend, so those of a stage follow one another.
  const begin = stage === undefined ? 0 : matrix.ranks.findIndex((rank) => stageOf(rank) >= stage);
  const wanted = matrix.ranks.filter((rank) => stage === undefined || stageOf(rank) === stage);
  const ranks = wanted.slice(firstRank, firstRank + rankLimit);
  const cells = new Int32Array(tensors.length * ranks.length);
  const rows = tensors.map((tensor, row): RanksRow => {
    const { name, dtype, shape } = tensor;
    const slices = matrix.fill(
      tensor,
      cells.subarray(row * ranks.length, (row + 1) * ranks.length),
      begin + firstRank,
    );
    return { name, dtype, shape, slices };
  });
  return {
    totalRows: order.length,
    totalRanks: wanted.length,
    offset,
    rows,
    firstRank,
    ranks,
    bytes: ranks.map((rank) => matrix.bytes.get(rank) ?? 0),
    stages: ranks.map(stageOf),
    cells: new Uint8Array(cells.buffer),
    filterErrors: view.matching.errors,
  };
}

const known = new WeakMap<Model, RankMatrix>();

function matrixOf(model: Model, strategy: Strategy | undefined): RankMatrix {
  const matrix = known.get(model) ?? new RankMatrix(model, strategy);
  known.set(model, matrix);
  return matrix;
}

/** What all pages of a model have in common. */
class RankMatrix {
  /** Of the files and of the strategy, ascending: a rank without a file is a column of what is missing. */
  readonly ranks: readonly number[];
  readonly bytes: ReadonlyMap<number, number>;
  readonly #model: Model;
  readonly #numbers: SliceNumbers | undefined;
  readonly #columns: ReadonlyMap<number, number>;

  constructor(model: Model, strategy: Strategy | undefined) {
    this.#model = model;
    this.bytes = bytesOfRanks(model);
    const expected = strategy ? strategy.stages.length * strategy.devicesPerStage : 0;
    const ranks = new Set([...this.bytes.keys(), ...Array(expected).keys()]);
    this.ranks = [...ranks].sort((a, b) => a - b);
    if (this.bytes.size === 0)
      refuse(
        'CP_NOT_DISTRIBUTED',
        'Nothing here is split over ranks.',
        'Open a folder of rank folders (rank_0, rank_1, …).',
      );
    this.#columns = new Map(this.ranks.map((rank, column) => [rank, column]));
    this.#numbers = strategy && new SliceNumbers(strategy.devicesPerStage);
  }

  /** Writes a row's codes, the first for column `first`. Returns how many slices the tensor has. */
  fill(tensor: ModelTensor, row: Int32Array, first: number): number {
    const slices = this.#slicesOf(tensor);
    const held = new Uint8Array(slices?.count ?? 0);
    for (const { file } of tensor.holders) {
      const rank = this.#model.files[file]?.rank;
      if (rank === undefined) continue;
      const slice = slices?.ofRank(rank);
      const column = (this.#columns.get(rank) ?? 0) - first;
      if (slice !== undefined) held[slice] = 1;
      if (column < 0 || column >= row.length) continue;
      row[column] = slice === undefined ? cellCode('unknown') : cellCode('held', slice);
    }
    if (slices)
      for (let column = 0; column < row.length; column++) {
        const slice = row[column] === 0 ? slices.ofRank(this.ranks[first + column] ?? -1) : undefined;
        if (slice !== undefined) row[column] = cellCode(held[slice] === 1 ? 'elsewhere' : 'missing', slice);
      }
    return slices?.count ?? 0;
  }

  #slicesOf(tensor: ModelTensor): NumberedSlices | undefined {
    if (tensor.layouts.length === 0)
      return isWholeByNature(this.#model, tensor) ? wholeWhere(tensor, this.#model) : undefined;
    try {
      return this.#numbers?.of(tensor);
    } catch {
      // The layout does not fit the tensor: a problem of the checkpoint already, with the numbers.
      return undefined;
    }
  }
}

/** A tensor that no strategy cuts is whole on the ranks that hold it, and expected of no other. */
function wholeWhere({ holders }: ModelTensor, { files }: Model): NumberedSlices {
  const ranks = new Set(holders.map(({ file }) => files[file]?.rank));
  return { count: 1, ofRank: (rank) => (ranks.has(rank) ? 0 : undefined) };
}

function bytesOfRanks({ files }: Model): Map<number, number> {
  const bytes = new Map<number, number>();
  // Replica ranks share their header: a thousand of them are one sum.
  const ofHeader = new Map<unknown, number>();
  for (const { rank, header } of files) {
    if (rank === undefined) continue;
    let size = ofHeader.get(header);
    if (size === undefined) {
      size = header.tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
      ofHeader.set(header, size);
    }
    bytes.set(rank, (bytes.get(rank) ?? 0) + size);
  }
  return bytes;
}
