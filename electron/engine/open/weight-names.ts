import type { Save } from '../../../shared/checkpoint.ts';

/** What a weight file's name in a rank folder says (docs/formats.md, training output folder). */
export interface WeightName {
  readonly format: 'safetensors' | 'ckpt';
  /** Name without its extension. */
  readonly stem: string;
  /** The name's beginning with the rank left out, to tell whose files these are: `llama_tiny`. */
  readonly prefix: string;
  /** How often the run had been started again in the same folder: `_1` after the rank is 1. */
  readonly run: number;
  readonly epoch?: number;
  readonly step?: number;
  /** `_{n}` at the end of a name that has no epoch and step. */
  readonly number?: number;
  /** Weights alone (`-network-`), written with save_network_params. */
  readonly network: boolean;
  /** Written when training broke off: `…_breakpoint`. */
  readonly breakpoint: boolean;
}

const EXTENSION = /\.(safetensors|ckpt)$/i;
const EPOCH_STEP = /^(.*?)(-network)?-(\d{1,15})_(\d{1,15})(_breakpoint)?$/s;

/** The format that a name stands for, or undefined when it is no weight file's name. */
export function weightFormat(name: string): WeightName['format'] | undefined {
  const extension = EXTENSION.exec(name)?.[1]?.toLowerCase();
  return extension === 'safetensors' || extension === 'ckpt' ? extension : undefined;
}

/**
 * Takes `{prefix}_rank_{r}[_{run}][-network]-{epoch}_{step}.{safetensors|ckpt}` apart, and the shorter forms:
 * `{prefix}_rank_{r}`, `{prefix}_{n}`, `net`.
 */
export function parseWeightName(name: string, rank: number): WeightName | undefined {
  const format = weightFormat(name);
  if (format === undefined) return undefined;
  const stem = name.replace(EXTENSION, '');
  const match = EPOCH_STEP.exec(stem);
  if (!match) {
    const { prefix, run } = splitRank(stem, rank);
    const number = prefix === stem ? /_(\d{1,15})$/.exec(stem)?.[1] : undefined;
    return {
      format,
      stem,
      prefix,
      run,
      network: false,
      breakpoint: false,
      ...(number !== undefined && { number: Number(number) }),
    };
  }
  const [, head = '', network, epoch, step, breakpoint] = match;
  return {
    format,
    stem,
    ...splitRank(head, rank),
    epoch: Number(epoch),
    step: Number(step),
    network: network !== undefined,
    breakpoint: breakpoint !== undefined,
  };
}

/** Splits `llama_rank_3_1` into prefix `llama` and run 1. */
function splitRank(head: string, rank: number): { prefix: string; run: number } {
  const match = new RegExp(`^(.*?)_?rank_?0*${rank}(?:_(\\d{1,9}))?$`, 's').exec(head);
  return match ? { prefix: match[1] ?? '', run: Number(match[2] ?? 0) } : { prefix: head, run: 0 };
}

/** Oldest first: by epoch, step, then run; a name without numbers is older than any with. */
export function compareSaves(a: Pick<Save, 'epoch' | 'step'> & { run: number }, b: typeof a): number {
  return (a.epoch ?? -1) - (b.epoch ?? -1) || (a.step ?? -1) - (b.step ?? -1) || a.run - b.run;
}

/**
 * Whether a file name fits a suffix as MindSpore's `unified_safetensors` reads it: `{epoch}_{step}` means the
 * name ends in `-{epoch}_{step}`; `{run}-{epoch}_{step}` in `_{run}-…` (not the rank's own number); `{n}` in
 * `_{n}`. Run 0 is the first run, whose names carry no number. A leading `-` or `_` may be given or left out.
 */
export function fitsSuffix(name: WeightName, given: string): boolean {
  const suffix = given.replace(/^[-_]/, '');
  const task = /^(\d+)-(\d+)_(\d+)$/.exec(suffix);
  if (task) {
    return (
      name.run === Number(task[1]) &&
      name.epoch === Number(task[2]) &&
      name.step === Number(task[3]) &&
      !name.network
    );
  }
  return name.stem === suffix || name.stem.endsWith(`-${suffix}`) || name.stem.endsWith(`_${suffix}`);
}
