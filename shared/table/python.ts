import type { Dtype } from '../dtype.ts';
import type { Model, ModelTensor } from '../model.ts';

/** Rank, where there are ranks, and path. */
type Place = readonly [rank: number | undefined, path: string];

/**
 * Python that loads exactly these tensors from the files that hold them: `tensors[name]`, of rank folders
 * `tensors[rank][name]`, each rank's own part. With safetensors where NumPy has the dtypes, else with MindSpore (BF16 and
 * `.ckpt`) or PyTorch (what MindSpore has not either).
 */
export function pythonText(model: Model, tensors: readonly ModelTensor[]): string {
  const files = [...new Set(tensors.flatMap(({ holders }) => holders.map(({ file }) => file)))];
  const places = files
    .toSorted((a, b) => a - b)
    .flatMap((index): Place[] => {
      const file = model.files[index];
      return file ? [[file.rank, file.path]] : [];
    });
  const distributed = places.some(([rank]) => rank !== undefined);
  const all = tensors.length === model.tensors.length;
  const into = distributed ? 'tensors.setdefault(rank, {})' : 'tensors';
  const lines = [
    ...(all ? [] : ['names = {', ...tensors.map(({ name }) => `    ${text(name)},`), '}']),
    'files = [',
    ...places.map(
      ([rank, path]) => `    ${distributed ? `(${rank ?? 'None'}, ${text(path)})` : text(path)},`,
    ),
    ']',
    'tensors = {}',
    `for ${distributed ? 'rank, path' : 'path'} in files:`,
  ];
  const read = readerOf(model, tensors);
  if (read.by === 'mindspore') {
    const wanted = all ? '' : ', choice_func=lambda name: name in names';
    const load = `ms.load_checkpoint(path, format="${read.format}"${wanted})`;
    return joined(['import mindspore as ms', '', ...lines, `    ${into}.update(${load})`]);
  }
  return joined([
    'from safetensors import safe_open',
    '',
    ...lines,
    `    with safe_open(path, framework="${read.framework}") as file:`,
    `        for name in ${all ? 'file.keys()' : 'names.intersection(file.keys())'}:`,
    `            ${into}[name] = file.get_tensor(name)`,
  ]);
}

type Reader =
  | { readonly by: 'safetensors'; readonly framework: 'numpy' | 'pt' }
  | { readonly by: 'mindspore'; readonly format: 'ckpt' | 'safetensors' };

function readerOf(model: Model, tensors: readonly ModelTensor[]): Reader {
  const holders = tensors.flatMap((tensor) => tensor.holders);
  if (holders.some(({ file }) => model.files[file]?.header.format === 'ckpt'))
    return { by: 'mindspore', format: 'ckpt' };
  const dtypes = new Set(holders.map(({ stored }) => stored.dtype));
  if ([...dtypes].every(inNumpy)) return { by: 'safetensors', framework: 'numpy' };
  return [...dtypes].every((dtype) => dtype === 'BF16' || inNumpy(dtype))
    ? { by: 'mindspore', format: 'safetensors' }
    : { by: 'safetensors', framework: 'pt' };
}

function inNumpy(dtype: Dtype): boolean {
  return NUMPY.has(dtype);
}

/** What `safetensors.numpy` 0.8 reads. */
const NUMPY: ReadonlySet<Dtype> = new Set<Dtype>([
  'BOOL',
  'U8',
  'I8',
  'U16',
  'I16',
  'F16',
  'U32',
  'I32',
  'F32',
  'U64',
  'I64',
  'F64',
  'C64',
]);

/** A Python string: JSON's escapes are Python's, too. */
function text(value: string): string {
  return JSON.stringify(value);
}

function joined(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
