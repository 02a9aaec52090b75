import type { Input, MethodName, Output, ParsedInput } from './api.ts';
import type { JobState } from './jobs.ts';

/** The two ends of the contract (`api.ts`), and what goes between them unasked. */

/** Server side: one function per method, given checked input. */
export type Implementation = {
  readonly [M in MethodName]: (input: ParsedInput<M>, call: CallContext) => Promise<Output<M>>;
};

export interface CallContext {
  /** Aborted when the caller cancels the call or its connection drops. */
  readonly signal: AbortSignalLike;
}

/** The part of AbortSignal that crosses no platform border: Node's and the browser's both have it. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Events that the engine sends on its own. */
export type EngineEvent =
  | { readonly type: 'job'; readonly job: JobState }
  | { readonly type: 'job-dismissed'; readonly job: string }
  | {
      /** How far a call that reads a tensor's values is; ten a second at most. */
      readonly type: 'reading';
      readonly checkpoint: string;
      readonly name: string;
      readonly rank?: number;
      readonly bytesDone: number;
      readonly bytesTotal: number;
    }
  /** Paths opened before, newest first, after one was opened or forgotten. */
  | { readonly type: 'recent'; readonly recent: readonly string[] }
  | {
      readonly type: 'opening';
      readonly path: string;
      readonly filesRead: number;
      readonly filesTotal: number;
    };

/** Client side: what the renderer, the command line and the tests hold. */
export interface Client {
  call<M extends MethodName>(method: M, input: Input<M>, signal?: AbortSignalLike): Promise<Output<M>>;
  /** Listens to events until the returned function is called. */
  listen(listener: (event: EngineEvent) => void): () => void;
}
