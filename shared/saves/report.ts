import type { Save } from '../checkpoint.ts';
import type { Fault } from '../errors.ts';
import type { Resume } from './resume.ts';

/** One save of a training output over all its ranks. A rank in neither list has a whole file of it. */
export interface SaveState extends Pick<Save, 'suffix' | 'epoch' | 'step'> {
  /** How often the run had been started again in the folder when it wrote this: `_1` in the name is 1. */
  readonly run: number;
  /** Neither optimizer state nor the counters of training: nothing to resume from. */
  readonly weightsOnly: boolean;
  /** Its file of the lowest rank: a name that `resume_training` takes. */
  readonly fileName: string;
  readonly missing: readonly number[];
  readonly damaged: readonly DamagedFile[];
  /** Bytes of its files on disk. */
  readonly bytes: number;
}

export interface DamagedFile {
  readonly rank: number;
  /** Why it, or the folder of its rank, cannot be read whole; with the path. */
  readonly fault: Fault;
}

/** What a rank's meta.json says of the last save. */
export interface RankMeta {
  readonly rank: number;
  readonly epoch?: number;
  readonly step?: number;
  readonly file?: string;
  /** How it contradicts the files beside it, behind "meta.json of rank 3": "names x, which is not there". */
  readonly wrong?: string;
}

/** All saves of a training output, every header of them read, and where training can go on. */
export interface SavesReport {
  readonly path: string;
  /** Ranks that should have each save: those of the folders, and those that the strategy names. */
  readonly ranks: readonly number[];
  /** Oldest first. */
  readonly saves: readonly SaveState[];
  /** One for each rank that has a meta.json, in the order of ranks. */
  readonly metas: readonly RankMeta[];
  readonly resume: Resume;
}

/** The state of a rank's file of a save. */
export type CellState = 'whole' | 'missing' | 'damaged';

/** Looks up ranks of a save without searching its lists for each of a thousand. */
export function cellStates({ missing, damaged }: SaveState): (rank: number) => CellState {
  const gone = new Set(missing);
  const broken = new Set(damaged.map(({ rank }) => rank));
  return (rank) => (broken.has(rank) ? 'damaged' : gone.has(rank) ? 'missing' : 'whole');
}

/** What names alone say of the saves, before any header of the others is read. */
export function savesByNames(saves: readonly Save[], ranks: readonly number[]): readonly SaveState[] {
  return saves.map(({ suffix, epoch, step, ranks: held, weightsOnly }) => {
    const there = new Set(held);
    return {
      suffix,
      ...(epoch !== undefined && { epoch }),
      ...(step !== undefined && { step }),
      run: 0,
      weightsOnly,
      fileName: '',
      missing: ranks.filter((rank) => !there.has(rank)),
      damaged: [],
      bytes: 0,
    };
  });
}
