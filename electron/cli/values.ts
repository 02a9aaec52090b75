import { extname, resolve } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import { volume } from '../../shared/layout/box.ts';
import { formatBytes, formatCount, formatShape } from '../../shared/text/units.ts';
import { formatValue } from '../../shared/values/format.ts';
import type { TensorValues } from '../../shared/values/results.ts';
import { indexAt } from '../../shared/values/tiles.ts';
import { columns } from './columns.ts';
import type { ValuesOptions } from './commands/values.ts';
import { openForValues } from './open-for-values.ts';
import type { Terminal } from './terminal.ts';

/** Values printed in words; `--json` has up to a million. */
const MOST_PRINTED = 1000;
const MOST_JSON = 1_000_000;

/** `values`: exact values of a tensor or a part of it; with `--out` written to a file instead. */
export async function values(
  terminal: Terminal,
  path: string,
  name: string,
  options: ValuesOptions,
): Promise<number> {
  const { session, checkpoint, cancelled } = await openForValues(terminal, path, options);
  try {
    const { slice, rank, out } = options;
    const part = { checkpoint, name, slice, rank };
    if (out !== undefined) {
      const request = {
        ...part,
        format: formatOf(out),
        out: resolve(out),
        overwrite: options.overwrite ?? false,
      };
      const saved = await session.call('tensor.save', request, cancelled);
      if (terminal.json) terminal.document(saved);
      else if (!terminal.quiet)
        terminal.print(
          `Wrote ${formatShape(saved.shape)} ${saved.dtype}, ${formatBytes(saved.bytes)}, to ${saved.path}.`,
        );
      return 0;
    }
    const limit = terminal.json ? MOST_JSON : MOST_PRINTED;
    const found = await session.call('tensor.values', { ...part, limit }, cancelled);
    if (terminal.json) printJson(terminal, found);
    else printText(terminal, found);
    return 0;
  } finally {
    await session.close();
  }
}

function formatOf(out: string): 'npy' | 'csv' {
  const ending = extname(out).toLowerCase();
  if (ending === '.npy' || ending === '.csv') return ending.slice(1) as 'npy' | 'csv';
  return refuse(
    'USAGE',
    `${out} is neither a .npy nor a .csv file.`,
    'End the name of --out in .npy or .csv.',
  );
}

/** On few lines: a document of a value a line would be all whitespace. */
function printJson(terminal: Terminal, { dtype, shape, values: list, truncated }: TensorValues): void {
  if (truncated)
    refuse(
      'USAGE',
      `${formatCount(volume(shape))} values are more than the ${formatCount(MOST_JSON)} that are printed at once.`,
      'Choose a part with --slice, or write a file with --out x.npy.',
    );
  terminal.print(`${JSON.stringify({ dtype, shape, values: list })}`);
}

/** A line for each run of the last axis; from three axes on, each matrix under its index. */
function printText(terminal: Terminal, { dtype, shape, values: list, truncated }: TensorValues): void {
  terminal.note(`${dtype}, ${formatShape(shape)}`);
  const width = shape.at(-1) ?? 1;
  const rows: string[][] = [];
  for (let at = 0; at < list.length; at += width)
    rows.push(list.slice(at, at + width).map((value) => formatValue(dtype, value)));
  const lines = columns(rows, [...(rows[0] ?? []).keys()]);
  const height = shape.at(-2) ?? 1;
  lines.forEach((line, row) => {
    if (shape.length > 2 && row % height === 0)
      terminal.print(`[${indexAt(shape.slice(0, -2), row / height).join(', ')}]`);
    terminal.print(line);
  });
  if (truncated)
    terminal.note(
      `The first ${formatCount(list.length)} of ${formatCount(volume(shape))}; --slice chooses others, --out writes all to a file.`,
    );
}
