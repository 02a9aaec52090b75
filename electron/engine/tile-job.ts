import { join } from 'node:path';
import { asFault, ShardscopeError } from '../../shared/errors.ts';
import { outputPieces, type Plan } from '../../shared/plan/plan.ts';
import { bytesCompared } from '../../shared/plan/replicas.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import { CastTally } from './cast/tally.ts';
import { Control } from './control.ts';
import type { Journal, Portions } from './journal.ts';
import type { WorkerPool } from './pool.ts';
import { filesOf, outputBytesOf, portionsOf } from './schedule.ts';
import type { Copied, TileItem, TileTask } from './tasks.ts';

interface TileJobOptions {
  readonly pool: WorkerPool;
  readonly threads: number;
  /** Length of one buffer of a thread, in bytes. */
  readonly buffer: number;
  readonly verify: boolean;
  readonly signal: AbortSignal;
  readonly control: Control;
  /** Where to note what was copied. */
  readonly journal?: Journal | undefined;
  /** Portions that an earlier run copied into the folder. */
  readonly done: Portions;
}

/** What of an earlier run's work was found whole. */
export interface FoundWhole {
  /** Of tensor data. */
  readonly bytes: number;
  /** Indices of the output files that need more. */
  readonly unfinished: ReadonlySet<number>;
}

/** The passes over a plan's tiles: the same portions of tiles are copied and then checked. */
export class TileJob {
  readonly #plan: Plan;
  readonly #folder: string;
  readonly #options: TileJobOptions;
  /** Portions as they were copied, by this run or an earlier one. */
  readonly #copied: Portions;
  /** What casting met in all of them. */
  readonly casts: CastTally;
  readonly #verified = new Set<number>();
  readonly #sums: Uint32Array;
  readonly #differences = new Map<string, ReplicaDifference>();
  #bytesCompared = 0;

  constructor(plan: Plan, folder: string, options: TileJobOptions) {
    this.#plan = plan;
    this.#folder = folder;
    this.#options = options;
    this.#copied = new Map(options.done);
    this.casts = new CastTally(plan);
    this.#sums = new Uint32Array(outputPieces(plan).length);
  }

  /** Reads back what an earlier run copied. What has not the checksum noted for it counts as not copied. */
  async takeOver(): Promise<FoundWhole> {
    const { control, signal, done } = this.#options;
    if (done.size === 0) return { bytes: 0, unfinished: new Set(this.#plan.outputs.keys()) };
    // Counted when whole: a portion that turns out to be damaged is copied and counted later.
    const checking = new Control();
    const stop = () => checking.stop();
    signal.addEventListener('abort', stop);
    const unfinished = new Set<number>();
    let bytes = 0;
    await this.#each(async (items, portion) => {
      const copied = this.#copied.get(portion);
      if (copied) {
        const fault = await this.#verifyPortion(items, portion, checking).catch(asFault);
        if (fault?.code === 'CANCELLED') throw new ShardscopeError(fault);
        if (fault !== undefined) this.#copied.delete(portion);
        else this.#add(items, copied);
      }
      if (!this.#verified.has(portion)) {
        for (const file of filesOf(items, 'to')) unfinished.add(file);
        return;
      }
      const found = outputBytesOf(items);
      bytes += found;
      control.add(2 * found + (copied?.bytesCompared ?? 0));
    }).finally(() => signal.removeEventListener('abort', stop));
    return { bytes, unfinished };
  }

  /** Refuses CP_OVERFLOW when the plan allows none and a value became infinite, and what `copyTiles` refuses. */
  async copy(): Promise<void> {
    const { pool, verify, signal, journal, control } = this.#options;
    const { onConflict } = this.#plan;
    await this.#each(async (items, portion) => {
      if (this.#copied.has(portion)) return;
      const sources = this.#pick(items, 'from', this.#plan.sources, ({ path, identity }) => ({
        path,
        identity,
      }));
      const task = {
        type: 'copy',
        ...this.#tileTask(items, control),
        sources,
        checksums: verify,
        onConflict,
      } as const;
      const copied = await pool.run(task, signal);
      this.#copied.set(portion, copied);
      this.#add(items, copied);
      await journal?.add(portion, copied);
    });
    this.casts.check();
    // Of ranks that were not asked for, not all that their copies have was read.
    control.add(bytesCompared(this.#plan) - this.#bytesCompared);
  }

  #add(items: readonly TileItem[], { casts, differences, bytesCompared: compared }: Copied): void {
    this.#bytesCompared += compared;
    // A large slice lies in several portions, and each tells of all of it.
    for (const one of differences) this.#differences.set(`${one.tensor}\0${one.file}`, one);
    for (const [item, met] of casts) {
      const move = items[item]?.move;
      if (move) this.casts.add(move, met);
    }
  }

  /** Copies on other ranks that differ from those that were taken. */
  get differences(): ReplicaDifference[] {
    return [...this.#differences.values()];
  }

  /** Reads back what `copy` copied. Gives the CRC-32 of each output piece of the plan, in their order. */
  async verify(): Promise<Uint32Array> {
    await this.#each(async (items, portion) => {
      if (!this.#verified.has(portion)) await this.#verifyPortion(items, portion, this.#options.control);
    });
    return this.#sums;
  }

  async #verifyPortion(items: readonly TileItem[], portion: number, control: Control): Promise<undefined> {
    const { pool, signal } = this.#options;
    const { checksums = new Uint32Array() } = this.#copied.get(portion) ?? {};
    const task = { type: 'verify-copy', ...this.#tileTask(items, control), checksums } as const;
    const added = await pool.run(task, signal);
    this.#verified.add(portion);
    let next = 0;
    for (const { move, firstPiece } of items)
      for (let i = 0; i < move.to.length; i++)
        this.#sums[firstPiece + i] = (this.#sums[firstPiece + i] ?? 0) ^ (added[next++] ?? 0);
  }

  #tileTask(items: readonly TileItem[], control: Control): TileTask {
    const outputs = this.#pick(items, 'to', this.#plan.outputs, ({ path }) => join(this.#folder, path));
    return { items, outputs, bufferBytes: this.#options.buffer, control: control.shared };
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
   * tile; it is thrown when the last of them has ended, so that no thread touches the files any more. A cast that
   * the plan does not allow only keeps new portions from starting: the first such value is in one that has begun.
   */
  async #each(run: (items: TileItem[], portion: number) => Promise<void>): Promise<void> {
    const { threads, control, buffer } = this.#options;
    const portions = portionsOf(this.#plan, buffer);
    const failures: unknown[] = [];
    let index = 0;
    const lane = async () => {
      for (;;) {
        if (failures.length > 0 || this.casts.failed) return;
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
