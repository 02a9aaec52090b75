import type { Dim } from '../checkpoint.ts';
import type { Model, ModelTensor } from '../model.ts';
import type { TableColumn } from './page.ts';

export interface Sort {
  readonly column: TableColumn;
  readonly descending: boolean;
}

/**
 * Tensors in the order of a column, as indices into the model's tensors. `matching` is in natural order of names
 * and that stays the order among equals, descending too.
 */
export function sortedOrder(model: Model, matching: Uint32Array, sort: Sort): Uint32Array {
  if (sort.column === 'name') return sort.descending ? matching.toReversed() : matching;
  const { keyOf, compare } = COLUMNS[sort.column];
  // Columns have few distinct values, so these are sorted and the tensors counted into their places: a million
  // tensors take tens of milliseconds, comparing them pair by pair takes a second.
  const codes = new Uint32Array(matching.length);
  const codeOf = new Map<string | number, number>();
  const samples: { tensor: ModelTensor; code: number; count: number }[] = [];
  matching.forEach((index, i) => {
    const tensor = model.tensors[index];
    if (!tensor) return;
    const key = keyOf(tensor);
    let code = codeOf.get(key);
    if (code === undefined) {
      code = samples.length;
      codeOf.set(key, code);
      samples.push({ tensor, code, count: 0 });
    }
    codes[i] = code;
    const sample = samples[code];
    if (sample) sample.count++;
  });
  const sign = sort.descending ? -1 : 1;
  const places = new Uint32Array(samples.length);
  let place = 0;
  for (const { code, count } of samples.sort((a, b) => sign * compare(a.tensor, b.tensor))) {
    places[code] = place;
    place += count;
  }
  const order = new Uint32Array(matching.length);
  matching.forEach((index, i) => {
    const code = codes[i] ?? 0;
    order[places[code] ?? 0] = index;
    places[code] = (places[code] ?? 0) + 1;
  });
  return order;
}

interface Column {
  /** Tensors with the same key are equal in this column. */
  readonly keyOf: (tensor: ModelTensor) => string | number;
  readonly compare: (a: ModelTensor, b: ModelTensor) => number;
}

const COLUMNS: Record<Exclude<TableColumn, 'name'>, Column> = {
  dtype: {
    keyOf: (tensor) => tensor.dtype,
    compare: (a, b) => (a.dtype < b.dtype ? -1 : 1),
  },
  // As the column reads: dimension by dimension from the left, fewer dimensions first.
  shape: {
    keyOf: (tensor) => tensor.shape.join(),
    compare: (a, b) => compareShapes(a.shape, b.shape),
  },
  size: {
    keyOf: (tensor) => tensor.byteLength,
    compare: (a, b) => a.byteLength - b.byteLength,
  },
  // By slices, then by copies of each. The factor is above any number of copies (2^31 devices at most).
  held: {
    keyOf: (tensor) => tensor.slices * 2 ** 32 + tensor.copies,
    compare: (a, b) => a.slices - b.slices || a.copies - b.copies,
  },
};

function compareShapes(a: readonly Dim[], b: readonly Dim[]): number {
  for (let d = 0; d < Math.min(a.length, b.length); d++) {
    const [x, y] = [a[d] ?? 0, b[d] ?? 0];
    if (x === y) continue;
    if (typeof x === 'number' && typeof y === 'number') return x - y;
    return BigInt(x) < BigInt(y) ? -1 : 1;
  }
  return a.length - b.length;
}
