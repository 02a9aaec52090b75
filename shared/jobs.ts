import type { Problem, Save } from './checkpoint.ts';
import type { Comparison } from './compare/results.ts';
import type { Dtype } from './dtype.ts';
import type { Fault } from './errors.ts';
import type { JobName } from './job-options.ts';
import type { Unmatched } from './plan/plan.ts';
import type { ReplicaDifference } from './replica-difference.ts';

export type JobKind = JobName | 'verify' | 'compare';

export type JobPhase = 'planning' | 'checking' | 'copying' | 'verifying' | 'comparing' | 'publishing';

/**
 * Bytes done of bytes total over all phases together. Copying and verifying count tensor data of the output;
 * checking counts sources that say a CRC-32, and copying each output that is to say one.
 */
export interface JobProgress {
  readonly phase: JobPhase;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Bytes a second over the last few seconds; 0 before the first measurement. */
  readonly rate: number;
  readonly secondsLeft?: number;
}

/** What planning a job brought out, told before it runs and after. */
export interface JobFindings {
  /** Slice, reshard, dedupe, restore: what the strategy and the weights do not have in common. */
  readonly unmatched?: Unmatched;
  /** Dedupe and restore: bytes of tensors in the files of all ranks. */
  readonly redundancy?: { readonly bytesBefore: number; readonly bytesAfter: number };
}

/** A tensor in which casting met what a person should know. */
export interface CastTensor {
  readonly tensor: string;
  readonly from: Dtype;
  readonly to: Dtype;
  /** NaN of the source: they stay NaN. */
  readonly nans: number;
  /** Finite values that became infinite, and the first of them in row-major order with its value before. */
  readonly overflows: number;
  readonly firstOverflow?: { readonly index: readonly number[]; readonly value: number };
}

/** What casting met in all tensors together. */
export interface CastFindings {
  readonly nans: number;
  readonly overflows: number;
  /** Tensors that have either. */
  readonly tensorCount: number;
  /** The first 20 of them. */
  readonly tensors: readonly CastTensor[];
}

export interface JobResult extends JobFindings {
  /** Folder (or file) that was written or checked. */
  readonly out: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly tensors: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly verified: boolean;
  readonly warnings: readonly string[];
  /** What a killed run of the same job had written already: bytes of tensor data, and files that were finished. */
  readonly takenOver?: { readonly bytes: number; readonly files: number };
  /** Of a job split into shares: how many are finished, and whether that made the output complete. */
  readonly shares?: { readonly count: number; readonly finished: number; readonly published: boolean };
  /** A share of a job that was published before it began: nothing was written. */
  readonly alreadyThere?: boolean;
  /** Absent when nothing was cast. */
  readonly casts?: CastFindings;
  /** What a verification found, worst first; absent for jobs that write. */
  readonly problems?: readonly Problem[];
  /** A verification held the output of a job against its report. */
  readonly againstReport?: boolean;
  /** A verification was of a strategy by itself: what its files say together, and of which stages. */
  readonly strategy?: {
    readonly parameters: number;
    readonly stages: readonly number[];
    readonly devicesPerStage: number;
    /** The layout in words, "dp 2 × mp 4, 2 stages". */
    readonly words: string;
  };
  /** Replicas that a verification, or a job that was asked to, compared and found different. */
  readonly differences?: readonly ReplicaDifference[];
  /** What a comparison found; `verified` says whether all is equal. */
  readonly comparison?: Comparison;
}

/** What a job works on, as data: whoever shows it says it in a language of its own (`job-title.ts`). */
export type JobSubject =
  | {
      readonly doing: JobName | 'verify' | 'compare-copies';
      /** Name of the folder or file. */
      readonly folder: string;
      readonly save?: Pick<Save, 'suffix' | 'epoch' | 'step'>;
    }
  | {
      readonly doing: 'compare';
      /** What tells the two sides apart, and the folder where both are of one. */
      readonly one: string;
      readonly other: string;
      readonly folder?: string;
    };

interface JobBase {
  readonly id: string;
  readonly kind: JobKind;
  /** "Merging step 20 of qwen2_7b", in English. */
  readonly title: string;
  readonly subject?: JobSubject;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly progress: JobProgress;
}

/**
 * A job as data: what events carry and `jobs.list` returns. Cancelling is not an error; it settles when the
 * cleaning up is done. The last state of a job always arrives.
 */
export type JobState =
  | (JobBase & { readonly state: 'queued' | 'running' | 'cancelling' })
  | (JobBase & { readonly state: 'done'; readonly result: JobResult })
  | (JobBase & { readonly state: 'cancelled' })
  | (JobBase & { readonly state: 'failed'; readonly fault: Fault });

export function isSettled(job: JobState): boolean {
  return job.state === 'done' || job.state === 'cancelled' || job.state === 'failed';
}
