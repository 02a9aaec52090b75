import type { GroupRow, TableRow, TensorRow } from '../checkpoint.ts';
import type { Model, ModelTensor } from '../model.ts';
import { fileOf, rankCount } from './holders.ts';
import type { TablePage } from './page.ts';
import { isOpen, type Tree } from './tree.ts';
import { openedRows, type TableRequest, viewOf } from './view.ts';

export { copyTable, exportTable } from './copy.ts';
export { tableNames } from './names.ts';
export { tablePlace } from './place.ts';
export type { TableRequest } from './view.ts';

/**
 * Rows `offset` to `offset + limit` of the tensor table. Filter, order and tree are computed once and kept for
 * the last few requests of a model, so paging through a million rows costs only the rows asked for.
 * `filter.ts` has the filter language, `tree.ts` the rules of the tree.
 */
export function tablePage(model: Model, request: TableRequest, offset: number, limit: number): TablePage {
  const view = viewOf(model, request);
  const rows: TableRow[] = [];
  let totalRows: number;
  if (view.type === 'flat') {
    totalRows = view.order.length;
    for (const index of view.order.subarray(offset, offset + limit)) {
      const tensor = model.tensors[index];
      if (tensor) rows.push(tensorRow(model, tensor, 0, tensor.name));
    }
  } else {
    const opened = openedRows(view.tree, request.toggled);
    totalRows = opened.rows.length;
    for (const position of opened.rows.subarray(offset, offset + limit))
      rows.push(treeRow(model, view.tree, position, opened.toggled));
  }
  const { indices, bytes, errors } = view.matching;
  return {
    totalRows,
    offset,
    rows,
    matching: indices.length,
    tensorCount: model.tensors.length,
    matchingBytes: bytes,
    filterErrors: errors,
  };
}

function treeRow(model: Model, tree: Tree, position: number, toggled: ReadonlySet<number>): TableRow {
  const entry = tree.entries[position] ?? 0;
  const depth = tree.depths[position] ?? 0;
  const prefix = tree.groups.prefixes[tree.owners[position] ?? -1];
  const label = (name: string) => (prefix === undefined ? name : name.slice(prefix.length + 1));
  if (entry >= 0) {
    const tensor = model.tensors[entry];
    if (!tensor) throw new RangeError(`the table names tensor ${entry} of ${model.tensors.length}`);
    return tensorRow(model, tensor, depth, label(tensor.name));
  }
  const name = tree.groups.prefixes[~entry] ?? '';
  return {
    type: 'group',
    name,
    depth,
    label: label(name),
    count: tree.counts[~entry] ?? 0,
    byteLength: tree.bytes[~entry] ?? 0,
    expanded: isOpen(tree, position, toggled),
  } satisfies GroupRow;
}

function tensorRow(model: Model, tensor: ModelTensor, depth: number, label: string): TensorRow {
  const { name, dtype, shape, elements, byteLength, role, slices, copies } = tensor;
  return {
    type: 'tensor',
    name,
    depth,
    label,
    dtype,
    shape,
    elements,
    byteLength,
    role,
    slices,
    copies,
    file: fileOf(model, tensor),
    ranks: rankCount(model, tensor),
  };
}
