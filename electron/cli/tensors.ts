import { once } from 'node:events';
import { relative, resolve, sep } from 'node:path';
import type { Dim } from '../../shared/checkpoint.ts';
import { refuse } from '../../shared/errors.ts';
import { parseFilter } from '../../shared/filter.ts';
import { escapeCsv, escapeText } from '../../shared/text/escape.ts';
import { rangeWords } from '../../shared/text/ranges.ts';
import { formatBytes, formatShape } from '../../shared/text/units.ts';
import type { OpenCheckpoint } from '../engine/open/open.ts';
import { columns } from './columns.ts';
import type { TensorsOptions } from './commands/inspect.ts';
import { readCheckpoint } from './open-checkpoint.ts';
import type { Terminal } from './terminal.ts';

/** A tensor as one file stores it: of a distributed checkpoint, one rank's slice. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly Dim[];
  readonly byteLength: number;
  /** Relative to the opened folder, with `/`. */
  readonly file: string;
  readonly rank?: number;
}

/** `tensors`: every stored tensor in natural order of names, then by rank. */
export async function tensors(terminal: Terminal, path: string, options: TensorsOptions): Promise<number> {
  const opened = await readCheckpoint(resolve(path), options);
  const entries = tensorEntries(opened, options);
  if (options.csv === true) await write(csvLines(entries));
  else if (terminal.json) await write(jsonLines(entries));
  else await write(textLines([...entries]));
  return 0;
}

function* tensorEntries(opened: OpenCheckpoint, options: TensorsOptions): Generator<TensorEntry> {
  const { summary, model } = opened;
  const { rank, filter: expression = '' } = options;
  if (summary.kind === 'strategy')
    refuse(
      'CP_EMPTY',
      `${summary.path} is a strategy: it has no tensors.`,
      'Run "shardscope strategy show".',
      {
        file: summary.path,
      },
    );
  if (rank !== undefined && !summary.ranks.includes(rank))
    refuse(
      'USAGE',
      `${summary.path} has no rank ${rank}.`,
      summary.ranks.length === 0
        ? 'It is not split over ranks: leave --rank out.'
        : `Its ranks are ${rangeWords(summary.ranks)}.`,
    );
  const filter = parseFilter(expression);
  const [wrong] = filter.errors;
  if (wrong !== undefined) refuse('USAGE', wrong, 'Correct the --filter expression.');
  const names = model.files.map((file) => fileName(summary.path, file.path));
  for (const tensor of model.tensors) {
    if (!filter.matches(tensor, model)) continue;
    for (const { file, stored } of tensor.holders) {
      const holder = model.files[file]?.rank;
      if (rank !== undefined && holder !== rank) continue;
      yield {
        name: tensor.name,
        dtype: stored.dtype,
        shape: stored.shape,
        byteLength: stored.byteLength,
        file: names[file] ?? '',
        ...(holder !== undefined && { rank: holder }),
      };
    }
  }
}

/** A file's name below the opened folder; the opened file's own name. */
function fileName(root: string, path: string): string {
  const name = relative(root, path) || (path.split(sep).at(-1) ?? path);
  return name.replaceAll(sep, '/');
}

function* jsonLines(entries: Iterable<TensorEntry>): Generator<string> {
  let separator = '[\n  ';
  for (const entry of entries) {
    yield separator + JSON.stringify(entry);
    separator = ',\n  ';
  }
  yield separator === ',\n  ' ? '\n]\n' : '[]\n';
}

function* csvLines(entries: Iterable<TensorEntry>): Generator<string> {
  yield 'name,dtype,shape,bytes,file,rank\n';
  for (const { name, dtype, shape, byteLength, file, rank } of entries)
    yield `${escapeCsv(name)},${dtype},${shape.join('x')},${byteLength},${escapeCsv(file)},${rank ?? ''}\n`;
}

function* textLines(entries: readonly TensorEntry[]): Generator<string> {
  const rows = entries.map(({ name, dtype, shape, byteLength, rank, file }) => [
    escapeText(name),
    dtype,
    formatShape(shape),
    formatBytes(byteLength),
    ...(rank === undefined ? [] : [`rank ${rank}`]),
    escapeText(file),
  ]);
  for (const line of columns(rows, [3])) yield `${line}\n`;
}

/** Writes in pieces of 64 KiB and waits for a slow reader: a million tensors need no gigabyte of text at once. */
async function write(lines: Iterable<string>): Promise<void> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < 65_536) continue;
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    text = '';
  }
  process.stdout.write(text);
}
