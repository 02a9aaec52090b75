import { refuse } from '../../shared/errors.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { formatCount, formatShape } from '../../shared/text/units.ts';
import { formatRounded } from '../../shared/values/format.ts';
import type { TensorStats } from '../../shared/values/results.ts';
import { columns } from './columns.ts';
import type { StatsOptions } from './commands/values.ts';
import { openForValues } from './open-for-values.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

interface NamedStats extends TensorStats {
  readonly name: string;
}

/** `stats`: what the values of tensors are like, in a table; of a single one also how they are spread. */
export async function stats(
  terminal: Terminal,
  path: string,
  tensors: readonly string[],
  options: StatsOptions,
): Promise<number> {
  const { session, checkpoint, cancelled } = await openForValues(terminal, path, options);
  try {
    const names = tensors.length > 0 ? tensors : await allNames(session, checkpoint, options.filter);
    const found: NamedStats[] = [];
    for (const name of names) {
      const deaf = tellProgress(terminal, session, name);
      try {
        const part = { checkpoint, name, rank: options.rank };
        found.push({ name, ...(await session.call('tensor.stats', part, cancelled)) });
      } finally {
        deaf();
      }
    }
    if (terminal.json) terminal.document(found);
    else print(terminal, found);
    return 0;
  } finally {
    await session.close();
  }
}

async function allNames(
  session: Session,
  checkpoint: string,
  filter: string | undefined,
): Promise<readonly string[]> {
  const query = { checkpoint, view: 'flat', filter } as const;
  const { filterErrors } = await session.call('tensors.page', { ...query, offset: 0, limit: 1 });
  const [wrong] = filterErrors;
  if (wrong !== undefined) refuse('USAGE', wrong, 'Correct the --filter expression.');
  return (await session.call('tensors.names', query)).names;
}

/** On a terminal: a line that is rewritten while a large tensor is read. Returns what clears it. */
function tellProgress(terminal: Terminal, session: Session, name: string): () => void {
  const { stderr } = process;
  if (terminal.quiet || !stderr.isTTY) return () => {};
  const deaf = session.listen((event) => {
    if (event.type !== 'reading' || event.bytesTotal === 0) return;
    const line = `${Math.floor((100 * event.bytesDone) / event.bytesTotal)} %  ${escapeText(name)}`;
    stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns || 80) - 1)}`);
  });
  return () => {
    deaf();
    stderr.write('\r\u001b[K');
  };
}

function print(terminal: Terminal, found: readonly NamedStats[]): void {
  const head = ['tensor', 'dtype', 'shape', 'min', 'max', 'mean', 'std', 'zeros', 'NaN', 'Inf'];
  const rows = found.map((one) => [
    escapeText(one.name),
    one.dtype,
    formatShape(one.shape),
    ...[one.min, one.max, one.mean, one.std].map((value) => formatRounded(value, 5)),
    ...[one.zeros, one.nan, one.positiveInfinity + one.negativeInfinity].map(formatCount),
  ]);
  for (const line of columns([head, ...rows], [3, 4, 5, 6, 7, 8, 9])) terminal.print(line);
  const [only] = found;
  if (only && found.length === 1) for (const line of spreadLines(only)) terminal.print(line);
}

/** Characters of the longest bar. */
const BAR = 48;

function spreadLines({ quantiles, linear, min, max }: TensorStats): string[] {
  // Of one value there is nothing to spread.
  if (quantiles.length === 0 || min === max) return [];
  const most = Math.max(...linear.counts);
  const width = (linear.to - linear.from) / linear.counts.length;
  const bars = linear.counts.map((count, bin) => [
    formatRounded(linear.from + bin * width),
    '█'.repeat(Math.round((BAR * count) / most)),
    formatCount(count),
  ]);
  return [
    '',
    ...columns(
      quantiles.map(({ q, value }) => [`${q * 100} %`, formatRounded(value, 6)]),
      [0, 1],
    ),
    '',
    ...columns(bars, [0, 2]),
  ];
}
