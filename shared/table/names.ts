import type { Model } from '../model.ts';
import { isOpen } from './tree.ts';
import { openedRows, type TableRequest, viewOf } from './view.ts';

/**
 * Names of the matching tensors in view order: all of them (in closed groups too) when neither row is given,
 * else those from row `from` to row `to`, both included. A closed group stands for all it holds, an open one
 * for nothing, as its tensors have rows of their own.
 */
export function tableNames(model: Model, request: TableRequest, from?: number, to?: number): string[] {
  const view = viewOf(model, request);
  const names: string[] = [];
  const push = (entry: number): void => {
    const tensor = model.tensors[entry];
    if (entry >= 0 && tensor) names.push(tensor.name);
  };
  const end = to === undefined ? undefined : to + 1;
  if (view.type === 'flat') {
    view.order.subarray(from ?? 0, end).forEach(push);
  } else if (from === undefined && to === undefined) {
    view.tree.entries.forEach(push);
  } else {
    const { entries, ends } = view.tree;
    const opened = openedRows(view.tree, request.toggled);
    for (const position of opened.rows.subarray(from ?? 0, end)) {
      if (isOpen(view.tree, position, opened.toggled)) continue;
      entries.subarray(position, ends[position]).forEach(push);
    }
  }
  return names;
}
