/**
 * What a rank has of a tensor:
 * - `none`: nothing, and nothing is expected of it
 * - `held`: the slice of the cell's number
 * - `elsewhere`: not the slice that the layout gives it, but another rank has a copy
 * - `missing`: not the slice that the layout gives it, and no rank has it
 * - `unknown`: a part, and only a strategy could say which
 */
const CELL_STATES = ['none', 'held', 'elsewhere', 'missing', 'unknown'] as const;
export type CellState = (typeof CELL_STATES)[number];

/** Bits of a code below the number of the slice. */
const STATE_BITS = 3;

/** A cell as one number of 32 bits, so that a million of them are a few megabytes. */
export function cellCode(state: CellState, slice = 0): number {
  return (slice << STATE_BITS) | CELL_STATES.indexOf(state);
}

export function cellState(code: number): CellState {
  return CELL_STATES[code & (2 ** STATE_BITS - 1)] ?? 'none';
}

/** Place of the cell's slice among the tensor's slices, in the order of their positions. */
export function cellSlice(code: number): number {
  return code >> STATE_BITS;
}
