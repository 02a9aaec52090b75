import type { Fault } from '../../../shared/errors.ts';
import { Roles } from '../../../shared/model/roles.ts';
import type { WorkerPool } from '../pool.ts';
import { unpackHeader } from './packed-header.ts';
import { readHeaders } from './read-headers.ts';

/** A weight file by its header alone. */
export interface CheckedFile {
  /** Undefined when it could not be opened. */
  readonly size?: number;
  /** Why it cannot be read whole. */
  readonly fault?: Fault;
  /** Holds more than weights: optimizer state, or the counters of training. */
  readonly training: boolean;
}

/** Reads the headers of weight files on a worker thread and keeps the verdict only; one for each path. */
export function checkFiles(paths: readonly string[], roots: readonly string[] = []): readonly CheckedFile[] {
  const { files, headers } = readHeaders(paths, { roots, salvage: true });
  const training = headers.map(({ header }) => holdsTraining(unpackHeader(header)));
  return files.map((file) => ({
    ...('size' in file && { size: file.size }),
    ...(file.fault && { fault: file.fault }),
    training: file.header !== undefined && training[file.header] === true,
  }));
}

function holdsTraining({ tensors }: ReturnType<typeof unpackHeader>): boolean {
  const roles = new Roles(new Set(tensors.map(({ name }) => name)));
  return tensors.some(
    ({ name, shape }) =>
      roles.ofRankFile(
        name,
        shape.reduce<number>((n, dim) => n * Number(dim), 1),
      ) !== 'weight',
  );
}

/** Files of one turn of a thread: cancelling waits for no more than these. */
const BATCH = 64;

/** Checks any number of files on all threads of the pool. */
export async function checkFilesOn(
  paths: readonly string[],
  { pool, signal, roots }: { pool: WorkerPool; signal?: AbortSignal; roots?: readonly string[] },
): Promise<readonly CheckedFile[]> {
  const batches: (readonly string[])[] = [];
  for (let at = 0; at < paths.length; at += BATCH) batches.push(paths.slice(at, at + BATCH));
  const results = await Promise.all(
    batches.map((batch) => pool.run({ type: 'check-files', paths: batch, roots: roots ?? [] }, signal)),
  );
  return results.flat();
}
