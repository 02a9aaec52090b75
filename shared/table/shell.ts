import { quote } from '../command-line.ts';
import { refuse } from '../errors.ts';
import { formatCount } from '../text/units.ts';

/** What a window has open. */
interface Opened {
  readonly path: string;
  readonly strategy?: string | undefined;
  readonly fileSuffix?: string | undefined;
}

/** Linux takes words of up to 128 KiB; filters of the contract end at 10,000 characters. */
const MAX_FILTER = 10_000;

/**
 * Commands about the tensors that are chosen by name (else those that the filter keeps): what they are, their
 * statistics, and of a single one its values.
 *
 * @throws API_INPUT when the names are too many for a command
 */
export function shellText(opened: Opened, filter: string, names: readonly string[]): string {
  const options = [
    ...(opened.strategy === undefined ? [] : ['--strategy', opened.strategy]),
    ...(opened.fileSuffix === undefined || opened.fileSuffix === ''
      ? []
      : ['--file-suffix', opened.fileSuffix]),
  ];
  const expression = names.length > 0 ? filterOf(names) : filter;
  const filtered = expression === '' ? [] : ['--filter', expression];
  const command = (...words: readonly string[]) => ['shardscope', ...words].map(quote).join(' ');
  const [only] = names;
  return [
    command('tensors', opened.path, ...options, ...filtered),
    // A name that begins with a hyphen would be an option.
    command('stats', opened.path, ...options, ...(names.length > 0 ? ['--', ...names] : filtered)),
    ...(only !== undefined && names.length === 1
      ? [command('values', opened.path, ...options, '--', only)]
      : []),
    '',
  ].join('\n');
}

/** A filter that keeps exactly these names. */
function filterOf(names: readonly string[]): string {
  const text = `/^(${names.map(literal).join('|')})$/`;
  if (text.length <= MAX_FILTER) return text;
  return refuse(
    'API_INPUT',
    `${formatCount(names.length)} names are too long for a command`,
    'Filter for what they have in common instead, or select fewer.',
  );
}

function literal(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
