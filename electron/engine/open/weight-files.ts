import type { WeightHeader } from '../../../shared/checkpoint.ts';
import { type Fault, fault } from '../../../shared/errors.ts';
import type { WeightFile } from '../../../shared/model.ts';
import type { OpenContext } from './context.ts';
import { unpackHeader } from './packed-header.ts';

/** Weight files whose header was read, and the faults of those that cannot be read, or not whole. */
export interface WeightFiles {
  readonly files: readonly WeightFile[];
  readonly faults: readonly { readonly path: string; readonly rank?: number; readonly fault: Fault }[];
}

/** Small enough that progress moves and threads share the work evenly, large enough to share headers. */
const MIN_BATCH = 4;
const MAX_BATCH = 64;

/**
 * Reads the headers of weight files on all threads of the pool. Equal headers become one object, across
 * threads too.
 *
 * @param options `salvage`: a file cut short is among `files` by its header and among `faults` too
 * @throws CANCELLED
 */
export async function readWeightFiles(
  sources: readonly { readonly path: string; readonly rank?: number }[],
  { pool, signal, onProgress, roots }: OpenContext,
  { salvage }: { readonly salvage: boolean },
): Promise<WeightFiles> {
  const each = (tasks: number) => Math.ceil(sources.length / tasks);
  const size = Math.max(
    1,
    Math.min(MIN_BATCH, each(pool.threads)),
    Math.min(MAX_BATCH, each(4 * pool.threads)),
  );
  const batches: (typeof sources)[] = [];
  for (let at = 0; at < sources.length; at += size) batches.push(sources.slice(at, at + size));
  const shared = new Map<string, WeightHeader>();
  let read = 0;
  onProgress?.(0, sources.length);
  const results = await Promise.all(
    batches.map(async (batch) => {
      const paths = batch.map((source) => source.path);
      const result = await pool.run({ type: 'read-headers', paths, roots: roots ?? [], salvage }, signal);
      // A batch at a time, as they come: other calls get their turn between.
      const headers = result.headers.map(({ digest, header }) => {
        const same = shared.get(digest) ?? unpackHeader(header);
        shared.set(digest, same);
        return same;
      });
      read += batch.length;
      onProgress?.(read, sources.length);
      return { batch, outcomes: result.files, headers };
    }),
  );
  const files: WeightFile[] = [];
  const faults: { path: string; rank?: number; fault: Fault }[] = [];
  for (const { batch, outcomes, headers } of results) {
    outcomes.forEach((outcome, index) => {
      const rank = batch[index]?.rank;
      const place = { path: outcome.path, ...(rank !== undefined && { rank }) };
      if (outcome.fault) faults.push({ ...place, fault: outcome.fault });
      if (outcome.header === undefined) return;
      const header = headers[outcome.header];
      if (header) files.push({ ...place, size: outcome.size, identity: outcome.identity, header });
    });
  }
  return { files, faults };
}

/** The fault of a file as one of a rank's: same words, with the rank. */
export function ofRank(given: Fault, rank: number | undefined): Fault {
  return fault(given.code, given.message, given.advice, { ...given, rank: given.rank ?? rank });
}
