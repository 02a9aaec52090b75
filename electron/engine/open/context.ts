import type { Problem } from '../../../shared/checkpoint.ts';
import type { Fault } from '../../../shared/errors.ts';
import type { WorkerPool } from '../pool.ts';

export interface OpenRequest {
  readonly path: string;
  /** Strategy file or folder; looked for where MindSpore Transformers puts it when absent. */
  readonly strategy?: string | undefined;
  /** Which save: `{epoch}_{step}`, `{run}-{epoch}_{step}` or `{n}`; the newest whole one when absent. */
  readonly fileSuffix?: string | undefined;
  /** One rank's folder or file is a part of its run: the strategy is looked for where the run has it. */
  readonly ofRun?: true | undefined;
  /** A weight file by itself is opened even where it cannot be read whole: its fault is a problem then. */
  readonly damaged?: true | undefined;
}

/** What opening works with. All file contents are read on the pool's threads. */
export interface OpenContext {
  readonly pool: WorkerPool;
  readonly signal?: AbortSignal;
  readonly onProgress?: (filesRead: number, filesTotal: number) => void;
  /** Folders that symbolic links must not lead out of; none means no limit. */
  readonly roots?: readonly string[];
}

/** A fault that does not keep the rest from being opened. */
export function asProblem(fault: Fault, severity: Problem['severity'], rank?: number): Problem {
  const { code, message, advice, file, tensor } = fault;
  const of = rank ?? fault.rank;
  return {
    code,
    severity,
    message,
    advice,
    ...(file !== undefined && { file }),
    ...(tensor !== undefined && { tensor }),
    ...(of !== undefined && { rank: of }),
  };
}
