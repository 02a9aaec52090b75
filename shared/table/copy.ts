import { refuse } from '../errors.ts';
import type { Model, ModelTensor } from '../model.ts';
import { escapeText, escapeTsv } from '../text/escape.ts';
import { formatCount } from '../text/units.ts';
import { fileOf, rankCount } from './holders.ts';
import { tableNames } from './names.ts';
import type { TableRequest } from './view.ts';

/** Longest text for a clipboard, in characters: about a million rows; a string of V8 ends at 2^29. */
const MAX_TEXT = 2 ** 28;

const HEADER = ['name', 'dtype', 'shape', 'elements', 'bytes', 'role', 'slices', 'copies', 'ranks', 'file'];

/**
 * Tensors as text for the clipboard, in the order of the view: those in `names` (the ones that the filter hides
 * come last, in natural order), or all that match.
 * - `tsv`: a header row, then one row a tensor; names cannot act as formulas or control characters.
 * - `json`: an array, one object a line, with exact names; dimensions above 2^53 are strings of digits.
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
  const rowOf = format === 'tsv' ? tsvRow : jsonRow;
  const rows: string[] = format === 'tsv' ? [HEADER.join('\t')] : [];
  let length = 0;
  for (const tensor of tensors) {
    const row = rowOf(model, tensor);
    length += row.length + 2;
    if (length > MAX_TEXT) {
      refuse(
        'API_INPUT',
        `the text of ${formatCount(tensors.length)} tensors is longer than ${formatCount(MAX_TEXT)} characters`,
        'Copy fewer tensors, or write them to a file with `shardscope tensors --csv`.',
      );
    }
    rows.push(row);
  }
  if (format === 'tsv') return { text: `${rows.join('\n')}\n`, count: tensors.length };
  return { text: rows.length === 0 ? '[]\n' : `[\n${rows.join(',\n')}\n]\n`, count: tensors.length };
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

function tsvRow(model: Model, tensor: ModelTensor): string {
  const { name, dtype, shape, elements, byteLength, role, slices, copies } = tensor;
  const numbers = [slices, copies, rankCount(model, tensor)];
  const cells = [escapeTsv(name), dtype, `[${shape.join(', ')}]`, elements, byteLength, role, ...numbers];
  return [...cells, escapeTsv(fileOf(model, tensor))].join('\t');
}

function jsonRow(model: Model, tensor: ModelTensor): string {
  const { name, dtype, shape, elements, byteLength, role, slices, copies } = tensor;
  const ranks = rankCount(model, tensor);
  const file = fileOf(model, tensor);
  return JSON.stringify({ name, dtype, shape, elements, byteLength, role, slices, copies, ranks, file });
}
