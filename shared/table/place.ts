import type { Model } from '../model.ts';
import { openedRows, type TableRequest, viewOf } from './view.ts';

/**
 * Row of the table that a tensor is in: its own, or that of the closed group around it. Undefined for one that the
 * filter hides, or that the model has not. Linear in the rows, without text.
 */
export function tablePlace(model: Model, request: TableRequest, name: string): number | undefined {
  const tensor = model.byName.get(name);
  if (!tensor) return undefined;
  const index = model.tensors.indexOf(tensor);
  const view = viewOf(model, request);
  if (view.type === 'flat') return found(view.order.indexOf(index));
  const position = view.tree.entries.indexOf(index);
  if (position < 0) return undefined;
  // A closed group comes before what it holds, and nothing of that is a row: the last row up to there is it.
  return openedRows(view.tree, request.toggled).rows.findLastIndex((row) => row <= position);
}

function found(place: number): number | undefined {
  return place < 0 ? undefined : place;
}
