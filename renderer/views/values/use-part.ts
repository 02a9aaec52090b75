import { useEffect, useMemo, useState } from 'react';
import type { Dtype } from '../../../shared/dtype.ts';
import { asFault, type Fault } from '../../../shared/errors.ts';
import {
  formatSlice,
  parseSlice,
  type Selection,
  selectAll,
  selectedShape,
} from '../../../shared/values/slice.ts';
import { useApp, useAppStore } from '../../store/app-store.ts';
import { isCancelled } from '../../store/values.ts';

/** The tensor (or a rank's own slice of it) that the view shows, and the part of it that was chosen. */
export interface Part {
  /** Changes with everything that makes other values. */
  readonly key: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly selection: Selection;
  /** Text of the selection. */
  readonly slice: string;
  /** A person chose it; else it is what is shown first, which may be less than the tensor. */
  readonly chosen: boolean;
  /** The selection as a matrix; a vector is one column here. */
  readonly rows: number;
  readonly columns: number;
}

export interface PartState {
  readonly part: Part | undefined;
  /** Nothing can be shown of this tensor, or of this rank. */
  readonly fault: Fault | undefined;
  /** The typed slice does not fit; the part is still the one before. */
  readonly sliceFault: Fault | undefined;
}

interface Whole {
  readonly key: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** Follows the selected tensor, rank and slice. */
export function usePart(): PartState {
  const store = useAppStore();
  const checkpoint = useApp((state) => state.checkpoint?.id);
  const name = useApp((state) => state.detailName);
  const { rank, slice } = useApp((state) => state.valuesPlace);
  const [whole, setWhole] = useState<Whole>();
  const [fault, setFault] = useState<Fault>();
  const key = JSON.stringify([checkpoint, name, rank]);

  useEffect(() => {
    const controller = new AbortController();
    setFault(undefined);
    if (name !== undefined)
      store
        .getState()
        .askValues('tensor.values', { limit: 0 }, controller.signal)
        .then(
          ({ dtype, shape }) => setWhole({ key, dtype, shape }),
          (error: unknown) => !isCancelled(error) && !controller.signal.aborted && setFault(asFault(error)),
        );
    return () => controller.abort();
  }, [store, key, name]);

  return useMemo(() => {
    if (fault !== undefined || whole?.key !== key) return { part: undefined, fault, sliceFault: undefined };
    const { dtype, shape } = whole;
    const first = firstMatrix(shape);
    try {
      const selection = slice === undefined ? first : parseSlice(slice, shape);
      return {
        part: partOf(whole, selection, slice !== undefined),
        fault,
        sliceFault: tooManyAxes(selection),
      };
    } catch (error) {
      return { part: partOf({ key, dtype, shape }, first, false), fault, sliceFault: asFault(error) };
    }
  }, [fault, whole, key, slice]);
}

export function partOf({ key, dtype, shape }: Whole, selection: Selection, chosen: boolean): Part {
  const text = formatSlice(selection, shape);
  const [rows = 1, columns = 1] = selectedShape(selection);
  return { key: `${key} ${text}`, dtype, shape, selection, slice: text, chosen, rows, columns };
}

/** What is shown before anything was chosen: of more than two axes the first matrix. */
export function firstMatrix(shape: readonly number[]): Selection {
  const { box, axes } = selectAll(shape);
  const extent = shape.map((length, axis) => (axis < shape.length - 2 ? Math.min(1, length) : length));
  return { box: { ...box, extent }, axes: axes.slice(-2) };
}

function tooManyAxes({ axes }: Selection): Fault | undefined {
  if (axes.length <= 2) return undefined;
  return {
    code: 'USAGE',
    message: `This slice leaves ${axes.length} axes; rows and columns are two.`,
    advice: 'Give one index for each of the other axes. Statistics are of all of it.',
  };
}

/** Index in the tensor of a cell of the matrix. */
export function indexOf({ selection: { box, axes } }: Part, row: number, column: number): number[] {
  const index = [...box.start];
  const [first, second] = axes;
  if (first !== undefined) index[first] = (index[first] ?? 0) + row;
  if (second !== undefined) index[second] = (index[second] ?? 0) + column;
  return index;
}

/** The slice that is a block of the matrix. */
export function blockSlice(
  { selection: { box, axes }, shape }: Part,
  rows: readonly [number, number],
  columns: readonly [number, number],
): string {
  const [first, second] = axes;
  const start = [...box.start];
  const extent = [...box.extent];
  const cut = (axis: number | undefined, [from, to]: readonly [number, number]) => {
    if (axis === undefined) return;
    start[axis] = (start[axis] ?? 0) + from;
    extent[axis] = to - from;
  };
  cut(first, rows);
  cut(second, columns);
  return formatSlice({ box: { start, extent }, axes }, shape);
}
