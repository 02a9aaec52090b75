import type { JobFindings } from '../jobs.ts';

/** What a job would do: the dialog's preview and `--dry-run`. */
export interface PlanPreview extends JobFindings {
  /** How things were found, in sentences: step, strategy, redundancy. */
  readonly facts: readonly string[];
  readonly out: string;
  readonly outputs: readonly { readonly path: string; readonly tensors: number; readonly bytes: number }[];
  readonly tensors: number;
  readonly bytesWritten: number;
  readonly bytesRead: number;
  /** Ranks whose files are read: what has to be there, or be fetched, for the job. */
  readonly ranksRead: readonly number[];
  /** Copy buffers of all threads, in bytes. */
  readonly peakMemoryBytes: number;
  readonly freeBytes: number;
  readonly secondsEstimate: number;
  readonly warnings: readonly string[];
  /** The out folder exists and has something in it: `overwrite` is needed. */
  readonly outExists: boolean;
  readonly optimizer: { readonly tensors: number; readonly bytes: number };
  readonly commandLine: string;
}
