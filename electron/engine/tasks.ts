import type { Box } from '../../shared/layout/box.ts';
import type { Move } from '../../shared/plan/plan.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import type { TileCasts } from './cast/tile-casts.ts';
import type { CompareValuesTask, PartOutcome } from './compare/compare-values.ts';
import type { FilesResults, FilesTask } from './files/tasks.ts';
import type { OpenResults, OpenTask } from './open/tasks.ts';
import type { SourceName } from './open-files.ts';
import type { ValuesResults, ValuesTask } from './values/tasks.ts';
import type { VerifyResults, VerifyTask } from './verify-tasks.ts';

/** Some tiles of one move. */
export interface TileItem {
  readonly move: Move;
  readonly tiles: readonly Box[];
  /** Number of the move's first output piece among those of the whole plan (`outputPieces`). */
  readonly firstPiece: number;
}

/** What copying tiles and checking them have in common; carries only its own moves and files of the plan. */
export interface TileTask {
  readonly items: readonly TileItem[];
  /** By index into the plan's `outputs`: absolute path of the file while it is being written. */
  readonly outputs: ReadonlyMap<number, string>;
  /** Bound on the source bytes and on the output bytes held in memory at once. */
  readonly bufferBytes: number;
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

/** Copies tiles from the sources into existing output files, casting where the two sides differ in dtype. */
export interface CopyTask extends TileTask {
  readonly type: 'copy';
  /** By index into the plan's `sources`. */
  readonly sources: ReadonlyMap<number, SourceName>;
  readonly checksums: boolean;
  /** `onConflict` of the plan. */
  readonly onConflict?: number | undefined;
}

export interface Copied {
  /** Of the tiles' parts, as they should be in the output. */
  readonly checksums: Uint32Array<ArrayBuffer>;
  /** By index into the task's items: what casting them met; nothing for those that were not cast. */
  readonly casts: ReadonlyMap<number, TileCasts>;
  /** Copies on other ranks that differ from what was taken. */
  readonly differences: readonly ReplicaDifference[];
  /** Read of copies to compare them. */
  readonly bytesCompared: number;
}

/**
 * Reads tiles back and compares them with the checksums that copying gave. Gives what its tiles add to the
 * CRC-32 of each output piece (`crc32Ahead`): for each item, for each piece of its move's `to`.
 */
export interface VerifyCopyTask extends TileTask {
  readonly type: 'verify-copy';
  readonly checksums: Uint32Array<ArrayBuffer>;
}

/** Everything a worker thread can be asked to do: plain data that structured clone takes across. */
export type Task =
  | OpenTask
  | FilesTask
  | ValuesTask
  | VerifyTask
  | CompareValuesTask
  | CopyTask
  | VerifyCopyTask;

interface Results extends OpenResults, FilesResults, ValuesResults, VerifyResults {
  'compare-values': readonly PartOutcome[];
  copy: Copied;
  'verify-copy': Uint32Array<ArrayBuffer>;
}

export type ResultOf<T extends Task> = Results[T['type']];

/** One function per task type; runs to its end on the worker's thread, throws to refuse. */
export type Handlers = { readonly [K in Task['type']]: (task: Extract<Task, { type: K }>) => Results[K] };
