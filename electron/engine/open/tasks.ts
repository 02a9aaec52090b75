import { type CheckedFile, checkFiles } from './check-files.ts';
import { type FileStart, type ReadIndexResult, readIndex, readStarts } from './read-files.ts';
import { type ReadHeadersResult, readHeaders } from './read-headers.ts';
import {
  type ReadStrategyResult,
  type RewriteStrategyResult,
  readStrategy,
  rewriteStrategy,
} from './read-strategies.ts';

/** Paths to read, and the folders that symbolic links must not lead out of (none: no limit). */
interface Reading {
  readonly roots?: readonly string[];
}

/** Reads the headers of weight files; one outcome per path, in order, each distinct header once. */
export interface ReadHeadersTask extends Reading {
  readonly type: 'read-headers';
  readonly paths: readonly string[];
  /** Give the header of a file that is too short or too long together with its fault. */
  readonly salvage?: boolean;
}

/** Reads the headers of weight files; one verdict per path, in order. */
export interface CheckFilesTask extends Reading {
  readonly type: 'check-files';
  readonly paths: readonly string[];
}

/** Reads the first `length` bytes of each file. */
export interface ReadStartsTask extends Reading {
  readonly type: 'read-starts';
  readonly paths: readonly string[];
  readonly length: number;
}

/** Reads strategy files and puts them together. */
export interface ReadStrategyTask extends Reading {
  readonly type: 'read-strategy';
  readonly paths: readonly string[];
  /** What becomes of pipeline stages that no file is of. */
  readonly gaps?: 'refused' | 'empty';
}

/** Reads strategy files and writes them as one: merged over the stages, or a single one in another form. */
export interface RewriteStrategyTask extends Reading {
  readonly type: 'rewrite-strategy';
  readonly paths: readonly string[];
  readonly merge: boolean;
  readonly json: boolean;
}

/** Reads a weight index. */
export interface ReadIndexTask extends Reading {
  readonly type: 'read-index';
  readonly path: string;
}

export type OpenTask =
  | ReadHeadersTask
  | CheckFilesTask
  | ReadStartsTask
  | ReadStrategyTask
  | RewriteStrategyTask
  | ReadIndexTask;

export interface OpenResults {
  'read-headers': ReadHeadersResult;
  'check-files': readonly CheckedFile[];
  'read-starts': readonly FileStart[];
  'read-strategy': ReadStrategyResult;
  'rewrite-strategy': RewriteStrategyResult;
  'read-index': ReadIndexResult;
}

export const openHandlers = {
  'read-headers': (task: ReadHeadersTask) => readHeaders(task.paths, task),
  'check-files': (task: CheckFilesTask) => checkFiles(task.paths, task.roots),
  'read-starts': (task: ReadStartsTask) => readStarts(task.paths, task.length, task.roots),
  'read-strategy': (task: ReadStrategyTask) => readStrategy(task.paths, task),
  'rewrite-strategy': (task: RewriteStrategyTask) => rewriteStrategy(task.paths, task),
  'read-index': (task: ReadIndexTask) => readIndex(task.path, task.roots),
};
