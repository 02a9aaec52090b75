import { DEFAULT_SHARD_BYTES, type JobDraftInput } from './job-options.ts';

/** Option of the command line for each field that has one; the rest are the source and switches. */
const FLAGS: Readonly<Record<string, string>> = {
  strategy: '--strategy',
  dstStrategy: '--dst-strategy',
  out: '--out',
  fileSuffix: '--file-suffix',
  hasRedundancy: '--has-redundancy',
  filterOutParamPrefix: '--filter-out-param-prefix',
  filterOutRegex: '--filter-out-regex',
  weightsOnly: '--weights-only',
  dtype: '--dtype',
  failOnOverflow: '--fail-on-overflow',
  names: '--names',
  to: '--to',
  nameMap: '--name-map',
  fileNameRegex: '--file-name-regex',
  set: '--set',
  remove: '--remove',
  maxShardBytes: '--max-shard-size',
  ranks: '--rank',
  threads: '--threads',
  memoryBytes: '--memory',
  removeRedundancy: '--remove-redundancy',
  qkvConcat: '--qkv-concat',
  crc: '--crc',
  checkReplicas: '--check-replicas',
  onConflict: '--on-conflict',
  overwrite: '--overwrite',
  fsync: '--no-fsync',
  verify: '--no-verify',
  resume: '--no-resume',
  report: '--no-report',
  split: '--split',
  finish: '--finish',
};

/** Values that need no saying; a switch is said when it differs from these. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  hasRedundancy: 'auto',
  weightsOnly: false,
  failOnOverflow: false,
  names: 'mindspore',
  maxShardBytes: DEFAULT_SHARD_BYTES,
  removeRedundancy: false,
  qkvConcat: false,
  crc: false,
  checkReplicas: false,
  overwrite: false,
  fsync: true,
  verify: true,
  resume: true,
  report: true,
  finish: false,
};

/** The command that does what a dialog is about to do; options at their defaults are left out. */
export function commandLine(options: JobDraftInput): string {
  const words = ['shardscope', options.job, options.path];
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const field of Object.keys(FLAGS)) {
    const value = given[field];
    if (value === undefined || value === DEFAULTS[field]) continue;
    const name = flagOf(options.job, field);
    if (Array.isArray(value)) words.push(...(value.length > 0 ? [name, ...value.map(itemOf)] : []));
    else if (typeof value === 'boolean') words.push(name);
    else words.push(name, wordOf(field, value));
  }
  return words.map(quote).join(' ');
}

/** One of several values: metadata pairs as `key=value`. */
function itemOf(item: unknown): string {
  return Array.isArray(item) ? item.join('=') : String(item);
}

/** A value as its option takes it. */
function wordOf(field: string, value: unknown): string {
  if (field === 'dtype') return String(value).toLowerCase();
  if (typeof value === 'object' && value !== null && 'index' in value && 'count' in value)
    return `${value.index}/${value.count}`;
  return field === 'onConflict' ? `rank=${value}` : String(value);
}

/** The option of a job's command for a field; the field's own name where it has none. */
export function flagOf(job: unknown, field: string): string {
  if (field === 'dstStrategy' && job === 'slice') return '--strategy';
  // `reshard` has two strategies, so its source's is called so.
  if (field === 'strategy' && job === 'reshard') return '--src-strategy';
  return FLAGS[field] ?? field;
}

/** Quotes for a POSIX shell, only where needed. */
export function quote(word: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(word) && !word.startsWith('~')) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
