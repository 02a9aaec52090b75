import type { TableRow } from '../checkpoint.ts';

export const TABLE_COLUMNS = ['name', 'dtype', 'shape', 'size', 'held'] as const;
export type TableColumn = (typeof TABLE_COLUMNS)[number];

/** Some rows of the table of tensors, with what the filter keeps. */
export interface TablePage {
  /** Rows of the view (groups included), of which `rows` are those from `offset`. */
  readonly totalRows: number;
  readonly offset: number;
  readonly rows: readonly TableRow[];
  /** Tensors that the filter keeps, of all. */
  readonly matching: number;
  readonly tensorCount: number;
  readonly matchingBytes: number;
  /** Terms of the filter that could not be understood (and were left out), a sentence each. */
  readonly filterErrors: readonly string[];
}
