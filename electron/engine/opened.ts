import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import type { OpenCheckpoint, OpenRequest } from './open/open.ts';

/**
 * Checkpoints kept open at once, as many as a window has tabs. The least recently used gives way: a tab that is used
 * again opens its own again.
 */
const MOST_OPEN = 16;

/** Opened checkpoints by handle. A handle is 128 random bits, so that no page can guess another's. */
export class OpenedCheckpoints {
  readonly #open = new Map<string, { readonly request: string; readonly checkpoint: OpenCheckpoint }>();

  add(request: OpenRequest, checkpoint: OpenCheckpoint): string {
    const id = randomBytes(16).toString('hex');
    this.#open.set(id, { request: keyOf(request), checkpoint });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(oldest);
    }
    return id;
  }

  /** Refuses API_NOT_OPEN for a handle that was closed, or was of an engine that is gone. */
  get(id: string): OpenCheckpoint {
    const found = this.#open.get(id);
    if (!found) {
      return refuse('API_NOT_OPEN', 'This checkpoint is not open any more.', 'Open its path again.', {
        found: id,
      });
    }
    this.#open.delete(id);
    this.#open.set(id, found);
    return found.checkpoint;
  }

  /** The checkpoint that was last opened by an equal request: what its window shows. */
  find(request: OpenRequest): OpenCheckpoint | undefined {
    const key = keyOf(request);
    return [...this.#open.values()].findLast((entry) => entry.request === key)?.checkpoint;
  }

  /** Paths of the checkpoints that are open. */
  get paths(): ReadonlySet<string> {
    return new Set([...this.#open.values()].map(({ checkpoint }) => checkpoint.summary.path));
  }

  close(id: string): void {
    this.#open.delete(id);
  }
}

function keyOf({ path, strategy, fileSuffix, damaged }: OpenRequest): string {
  return JSON.stringify([
    resolve(path),
    strategy === undefined ? null : resolve(strategy),
    fileSuffix ?? null,
    damaged ?? null,
  ]);
}
