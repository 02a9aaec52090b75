import { join } from 'node:path';
import { ShardscopeError } from '../../shared/errors.ts';
import { outputPieces, type Plan } from '../../shared/plan/plan.ts';
import type { Control } from './control.ts';
import type { WorkerPool } from './pool.ts';
import { filesOf, portionsOf } from './schedule.ts';
import type { TileItem, TileTask } from './tasks.ts';

interface TileJobOptions {
  readonly pool: WorkerPool;
  readonly threads: number;
  /** Length of one buffer of a thread, in bytes. */
  readonly buffer: number;
  readonly verify: boolean;
  readonly signal: AbortSignal;
  readonly control: Control;
}

/** The two passes over a plan's tiles: the same portions of tiles are copied and then checked. */
export class TileJob {
  readonly #plan: Plan;
  readonly #folder: string;
  readonly #options: TileJobOptions;
  readonly #checksums: Uint32Array<ArrayBuffer>[] = [];

  constructor(plan: Plan, folder: string, options: TileJobOptions) {
    this.#plan = plan;
    this.#folder = folder;
    this.#options = options;
  }

  async copy(): Promise<void> {
    const { pool, verify, signal } = this.#options;
    await this.#each(async (items, index) => {
      const sources = this.#pick(items, 'from', this.#plan.sources, ({ path, identity }) => ({
        path,
        identity,
      }));
      const task = { type: 'copy', ...this.#tileTask(items), sources, checksums: verify } as const;
      this.#checksums[index] = await pool.run(task, signal);
    });
  }

  /** The CRC-32 of each output piece of the plan, in the order of `outputPieces`. */
  async verify(): Promise<Uint32Array> {
    const { pool, signal } = this.#options;
    const sums = new Uint32Array(outputPieces(this.#plan).length);
    await this.#each(async (items, index) => {
      const checksums = this.#checksums[index] ?? new Uint32Array();
      const task = { type: 'verify-copy', ...this.#tileTask(items), checksums } as const;
      const added = await pool.run(task, signal);
      let next = 0;
      for (const { move, firstPiece } of items)
        for (let i = 0; i < move.to.length; i++)
          sums[firstPiece + i] = (sums[firstPiece + i] ?? 0) ^ (added[next++] ?? 0);
    });
    return sums;
  }

  #tileTask(items: readonly TileItem[]): TileTask {
    const outputs = this.#pick(items, 'to', this.#plan.outputs, ({ path }) => join(this.#folder, path));
    return { items, outputs, bufferBytes: this.#options.buffer, control: this.#options.control.shared };
  }

  #pick<F, T>(
    items: readonly TileItem[],
    side: 'from' | 'to',
    files: readonly F[],
    name: (file: F) => T,
  ): Map<number, T> {
    const picked = new Map<number, T>();
    for (const index of filesOf(items, side)) {
      const file = files[index];
      if (file !== undefined) picked.set(index, name(file));
    }
    return picked;
  }

  /**
   * Runs all portions, as many at once as there are threads. The first failure stops the others at their next
   * tile; it is thrown when the last of them has ended, so that no thread touches the files any more.
   */
  async #each(run: (items: TileItem[], index: number) => Promise<void>): Promise<void> {
    const { threads, control, buffer } = this.#options;
    const portions = portionsOf(this.#plan, buffer);
    const failures: unknown[] = [];
    let index = 0;
    const lane = async () => {
      for (;;) {
        if (failures.length > 0) return;
        try {
          const next = portions.next();
          if (next.done) return;
          await run(next.value, index++);
        } catch (error) {
          failures.push(error);
          control.stop();
        }
      }
    };
    await Promise.all(Array.from({ length: threads }, lane));
    if (failures.length > 0) throw failures.find((error) => !isCancelled(error)) ?? failures[0];
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof ShardscopeError && error.fault.code === 'CANCELLED';
}
