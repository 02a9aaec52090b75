import { resolve } from 'node:path';
import type { CallContext, Implementation } from '../../../shared/calls.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { isUnder } from '../open/read-bytes.ts';
import type { OpenedCheckpoints } from '../opened.ts';
import { Watched } from './watched.ts';

/** What jobs of this engine wrote: nobody needs to be told of their own job. */
export class OwnOutputs {
  readonly #paths = new Set<string>();

  add(path: string): void {
    this.#paths.add(resolve(path));
  }

  /** Adds what work has written once it is there: until then nothing of it has its name, and it may be refused. */
  async of<R extends { readonly out: string }>(work: Promise<R>): Promise<R> {
    const result = await work;
    this.add(result.out);
    return result;
  }

  /** Is the path in an output that lies in `folder`? A job that replaces the folder itself makes it another: news. */
  hasIn(folder: string, path: string): boolean {
    for (const own of this.#paths)
      if (own !== folder && isUnder(own, folder) && isUnder(path, own)) return true;
    return false;
  }
}

export interface WatchContext {
  readonly opened: OpenedCheckpoints;
  readonly outputs: OwnOutputs;
  readonly roots: readonly string[];
  readonly withSignal: <T>(call: CallContext, run: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** Waits for changes as long as somebody asks: nothing is looked at for a checkpoint that no window shows. */
export function watchMethods({
  opened,
  outputs,
  roots,
  withSignal,
}: WatchContext): Pick<Implementation, 'checkpoint.changes'> {
  const watched = new WeakMap<OpenCheckpoint, Watched>();
  const watchOf = (source: OpenCheckpoint) => {
    const { path } = source.summary;
    const leaveOut = (file: string) => outputs.hasIn(path, file);
    const watch = watched.get(source) ?? new Watched(source, { leaveOut, roots });
    watched.set(source, watch);
    return watch;
  };
  return {
    'checkpoint.changes': async ({ checkpoint, known }, call) => {
      // Waiting holds on to the watch and not to the checkpoint, which may be closed meanwhile.
      const watch = watchOf(opened.get(checkpoint));
      return withSignal(call, (signal) => watch.changes(known, signal));
    },
  };
}
