import { join } from 'node:path';
import type { Problem } from '../../../shared/checkpoint.ts';
import type { Model } from '../../../shared/model.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { WeightIndex } from '../../../shared/weight-index.ts';

/**
 * Holds an index against the files: every tensor in the file that the index names, none elsewhere, and the
 * total. Problems come one a file, with a count and the first name; none is left out.
 *
 * @param unread files that could not be read: what the index puts in them is not known to be missing
 */
export function indexProblems(
  index: WeightIndex,
  indexPath: string,
  folder: string,
  model: Model,
  unread: readonly { readonly path: string }[],
): readonly Problem[] {
  const paths = new Map([...new Set(index.weightMap.values())].map((name) => [name, join(folder, name)]));
  const skipped = new Set(unread.map(({ path }) => path));
  const absent = new Map<string, string[]>();
  for (const [tensor, name] of index.weightMap) {
    const path = paths.get(name) ?? '';
    if (skipped.has(path)) continue;
    const holders = model.byName.get(tensor)?.holders ?? [];
    if (!holders.some((holder) => model.files[holder.file]?.path === path)) listIn(absent, name).push(tensor);
  }
  const extra = new Map<string, string[]>();
  const twice = new Map<string, string[]>();
  let bytes = 0;
  for (const { name, holders, byteLength } of model.tensors) {
    const said = index.weightMap.get(name);
    if (said !== undefined) bytes += byteLength;
    for (const { file } of holders) {
      const path = model.files[file]?.path ?? '';
      if (!isIndexed(path) || path === paths.get(said ?? '')) continue;
      listIn(said === undefined ? extra : twice, path).push(name);
    }
  }
  return [
    ...index.notes.map(
      (message): Problem => ({ code: 'IX_PARSE', severity: 'warning', message, file: indexPath }),
    ),
    ...[...absent].map(
      ([name, tensors]): Problem => ({
        code: 'IX_MISMATCH',
        severity: 'error',
        message: `${escapeText(name)} lacks ${some(tensors)} that the index puts in it.`,
        advice: 'The index and the files are not of one save: download or write them again.',
        file: join(folder, name),
        tensor: tensors[0] ?? '',
      }),
    ),
    ...[...twice].map(
      ([path, tensors]): Problem => ({
        code: 'IX_MISMATCH',
        severity: 'error',
        message: `${escapeText(path)} holds ${some(tensors)} that the index puts in another file.`,
        advice:
          'Loaders read the file that the index names. Remove the other copy, or write the index again.',
        file: path,
        tensor: tensors[0] ?? '',
      }),
    ),
    ...[...extra].map(
      ([path, tensors]): Problem => ({
        code: 'TENSOR_NOT_IN_INDEX',
        severity: 'warning',
        message: `${escapeText(path)} holds ${some(tensors)} that the index does not name: loaders do not find them.`,
        advice: 'Write the index again, or check that the file is of this model.',
        file: path,
        tensor: tensors[0] ?? '',
      }),
    ),
    ...totalProblem(index, indexPath, bytes, unread.length + absent.size),
  ];
}

function listIn(lists: Map<string, string[]>, key: string): string[] {
  let list = lists.get(key);
  if (!list) {
    list = [];
    lists.set(key, list);
  }
  return list;
}

/** MindSpore's map never names what lies in `hyper_param.safetensors`. */
function isIndexed(path: string): boolean {
  return !/(^|[/\\])hyper_param\.safetensors$/.test(path);
}

function some(tensors: readonly string[]): string {
  const first = `'${escapeText(tensors[0] ?? '')}'`;
  return tensors.length === 1 ? first : `${formatCount(tensors.length)} tensors (${first}, …)`;
}

/** Only a hint for loaders, and not worth a warning when files are missing anyway. */
function totalProblem(
  { totalSize }: WeightIndex,
  file: string,
  bytes: number,
  incomplete: number,
): readonly Problem[] {
  if (totalSize === undefined || totalSize === bytes || incomplete > 0) return [];
  return [
    {
      code: 'INDEX_SIZE_WRONG',
      severity: 'warning',
      message: `The index says total_size ${totalSize}, the tensors it names come to ${bytes} bytes.`,
      advice: 'Nothing depends on it; it is right again after a merge or conversion.',
      file,
    },
  ];
}
