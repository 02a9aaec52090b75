import { refuse } from '../errors.ts';
import type { Model, ModelTensor } from '../model.ts';
import { escapeText } from '../text/escape.ts';
import { fileOf, rankCount } from './holders.ts';
import { pythonText } from './python.ts';
import { type TableFormat, type TextColumn, tableText } from './text.ts';
import { type TableRequest, viewOf } from './view.ts';

/** The columns need the model for where a tensor lies. */
interface Placed {
  readonly model: Model;
  readonly tensor: ModelTensor;
}

const COLUMNS: readonly TextColumn<Placed>[] = [
  { heading: 'name', value: ({ tensor }) => tensor.name },
  { heading: 'dtype', value: ({ tensor }) => tensor.dtype },
  { heading: 'shape', value: ({ tensor }) => tensor.shape },
  { heading: 'elements', value: ({ tensor }) => tensor.elements },
  { heading: 'bytes', key: 'byteLength', value: ({ tensor }) => tensor.byteLength },
  { heading: 'role', value: ({ tensor }) => tensor.role },
  { heading: 'slices', value: ({ tensor }) => tensor.slices },
  { heading: 'copies', value: ({ tensor }) => tensor.copies },
  { heading: 'ranks', value: ({ model, tensor }) => rankCount(model, tensor) },
  { heading: 'file', value: ({ model, tensor }) => fileOf(model, tensor) },
];

/**
 * Tensors as text for the clipboard, in the order of the view: those in `names` (the ones that the filter hides
 * come last, in natural order), or all that match. In JSON, dimensions above 2^53 are strings of digits; Python is
 * what loads them.
 *
 * @throws CP_NO_TENSOR for a name that the model has not; API_INPUT when the text would be too long
 */
export function copyTable(
  model: Model,
  request: TableRequest,
  names: readonly string[] | undefined,
  format: TableFormat | 'python',
): { text: string; count: number } {
  const tensors = chosen(model, request, names);
  const text =
    format === 'python' ? pythonText(model, tensors) : tableText(COLUMNS, placed(model, tensors), format);
  return { text, count: tensors.length };
}

/**
 * A part of all that match, in the order of the view: the texts of parts that follow each other are the whole table.
 * Costs the rows asked for and, in a tree, a pass over the table's numbers.
 */
export function exportTable(
  model: Model,
  request: TableRequest,
  format: TableFormat,
  offset: number,
  limit: number,
): { text: string; total: number } {
  const order = orderOf(model, request);
  const end = offset + limit;
  const tensors = tensorsAt(model, order.subarray(offset, end));
  const part = { first: offset === 0, last: end >= order.length };
  return { text: tableText(COLUMNS, placed(model, tensors), format, part), total: order.length };
}

function placed(model: Model, tensors: readonly ModelTensor[]): readonly Placed[] {
  return tensors.map((tensor) => ({ model, tensor }));
}

/** Matching tensors in the order of the view, as indices into the model's; in closed groups too. */
function orderOf(model: Model, request: TableRequest): Uint32Array | Int32Array {
  const view = viewOf(model, request);
  return view.type === 'flat' ? view.order : view.tree.entries.filter((entry) => entry >= 0);
}

function tensorsAt(model: Model, indices: Uint32Array | Int32Array): ModelTensor[] {
  return [...indices].flatMap((index) => model.tensors[index] ?? []);
}

function chosen(model: Model, request: TableRequest, names: readonly string[] | undefined): ModelTensor[] {
  const inView = tensorsAt(model, orderOf(model, request));
  if (!names) return inView;
  const wanted = new Set(names);
  const tensors = inView.filter((tensor) => wanted.delete(tensor.name));
  if (wanted.size === 0) return tensors;
  tensors.push(...model.tensors.filter((tensor) => wanted.delete(tensor.name)));
  const [unknown] = wanted;
  if (unknown === undefined) return tensors;
  return refuse(
    'CP_NO_TENSOR',
    `there is no tensor '${escapeText(unknown)}' in this checkpoint`,
    'Select the tensors again: the checkpoint may have been opened anew.',
    { tensor: unknown },
  );
}
