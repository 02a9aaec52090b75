import { refuse } from '../errors.ts';
import type { Model, ModelTensor } from '../model.ts';
import { escapeText } from '../text/escape.ts';
import { fileOf, rankCount } from './holders.ts';
import { tableNames } from './names.ts';
import { type TextColumn, tableText } from './text.ts';
import type { TableRequest } from './view.ts';

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
 * come last, in natural order), or all that match. In JSON, dimensions above 2^53 are strings of digits.
 *
 * @throws CP_NO_TENSOR for a name that the model has not; API_INPUT when the text would be too long
 */
export function copyTable(
  model: Model,
  request: TableRequest,
  names: readonly string[] | undefined,
  format: 'tsv' | 'json',
): { text: string; count: number } {
  const tensors = chosen(model, request, names);
  const rows = tensors.map((tensor) => ({ model, tensor }));
  return { text: tableText(COLUMNS, rows, format), count: tensors.length };
}

function chosen(model: Model, request: TableRequest, names: readonly string[] | undefined): ModelTensor[] {
  const inView = tableNames(model, request).flatMap((name) => model.byName.get(name) ?? []);
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
