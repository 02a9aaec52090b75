import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Fault, fault, ShardscopeError } from '../../shared/errors.ts';
import { perform, type Reply } from './perform.ts';
import type { Handlers, ResultOf, Task } from './tasks.ts';
import { workerPath } from './worker-path.ts';

/** Tasks that the caller's thread does itself while no other is up. */
export interface StandIn {
  readonly handlers: Partial<Handlers>;
  /** Whether a task is done in less time than a thread takes to start: it cannot be stopped, and holds up all else. */
  isLittle(task: Task): boolean;
}

interface Pending {
  readonly task: Task;
  readonly settle: (reply: Reply) => void;
}

/**
 * Tiles leave much garbage that lives shortly, for which V8 lets a thread's young generation grow to 48 MB. With
 * 3 MB, what each begins with, merging 7 GiB took 106 MiB at its peak instead of 118 with two threads, and as much
 * processor time; so did reading a header of a million tensors.
 */
const YOUNG_GENERATION_MB = 3;

/** Work that the caller's thread does before others are started for it, in milliseconds: about what one takes to start. */
const MAX_STAND_IN_MS = 30;

/** Headers come from the disk faster than two threads parse them; more only compete with a copy. */
export const READING_THREADS = 2;

/** Threads that copy where nobody says how many: as many as the machine has processors, at most 8. */
export function defaultThreads(): number {
  return Math.min(8, availableParallelism());
}

const cancelled: Reply = {
  ok: false,
  fault: fault('CANCELLED', 'The work was cancelled.', 'Start it again when wanted.'),
};

/**
 * Worker threads that take tasks in the order given. Threads start when first needed; an idle pool keeps no
 * process alive. A thread that dies fails its task with a fault and is replaced: `run` always settles.
 */
export class WorkerPool {
  readonly threads: number;
  readonly #script: string;
  readonly #queue: Pending[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Pending>();
  /** What the caller's thread does itself until another is up. */
  #standIn: StandIn | undefined;
  #standingIn: NodeJS.Immediate | undefined;
  #stoodIn = 0;
  #isUp = false;
  #closed = false;

  constructor(threads: number, script = workerPath()) {
    this.threads = Math.max(1, Math.floor(threads));
    this.#script = script;
  }

  /** Starts up to `count` threads before there is work: each takes 35 ms, in which the caller can get ready. */
  start(count: number): void {
    while (this.#idle.length + this.#busy.size < Math.min(count, this.threads)) {
      const worker = this.#start();
      worker.unref();
      this.#idle.push(worker);
    }
  }

  /**
   * Has the caller's thread do little tasks of these kinds while no thread is up, one at a time: what a command reads
   * first does not wait for threads, and where all is little, none is started. Nothing else runs during such a task.
   */
  standIn(standIn: StandIn): void {
    if (!this.#isUp) this.#standIn = standIn;
  }

  /**
   * Runs a task on the next free thread. Aborting drops a task that has not started (CANCELLED) at once; one
   * that runs settles when its thread is done with it, so that afterwards nothing touches its files any more.
   */
  run<T extends Task>(task: T, signal?: AbortSignal): Promise<ResultOf<T>> {
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        task,
        settle: (reply) => {
          signal?.removeEventListener('abort', drop);
          if (reply.ok) resolve(reply.value as ResultOf<T>);
          else reject('fault' in reply ? new ShardscopeError(reply.fault) : reply.error);
        },
      };
      const drop = () => {
        const at = this.#queue.indexOf(pending);
        if (at < 0) return;
        this.#queue.splice(at, 1);
        pending.settle(cancelled);
      };
      if (signal?.aborted || this.#closed) return pending.settle(cancelled);
      if (signal) {
        // One listener a waiting task: Node takes more than ten for a leak and says so on stderr.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', drop);
      }
      this.#queue.push(pending);
      this.#dispatch();
    });
  }

  /** Drops what has not started, stops all threads, and returns when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const pending of this.#queue.splice(0)) pending.settle(cancelled);
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    for (;;) {
      const [pending] = this.#queue;
      if (pending === undefined) return;
      if (this.#standIn && pending.task.type in this.#standIn.handlers) {
        this.#standingIn ??= setImmediate(() => this.#doNext());
        return;
      }
      if (this.#busy.size >= this.threads) return;
      this.#queue.shift();
      const worker = this.#idle.pop() ?? this.#start();
      this.#busy.set(worker, pending);
      worker.ref();
      try {
        worker.postMessage(pending.task);
      } catch (error) {
        this.#finish(worker, { ok: false, error });
      }
    }
  }

  /** What is first in the queue, on the caller's thread; what is more than little is for threads, and all after it. */
  #doNext(): void {
    this.#standingIn = undefined;
    const [pending] = this.#queue;
    const standIn = this.#standIn;
    if (pending && standIn && pending.task.type in standIn.handlers) {
      if (standIn.isLittle(pending.task)) this.#doHere(pending, standIn);
      else this.#standIn = undefined;
    }
    this.#dispatch();
  }

  #doHere(pending: Pending, { handlers }: StandIn): void {
    this.#queue.shift();
    const begun = performance.now();
    pending.settle(perform(handlers, pending.task));
    this.#stoodIn += performance.now() - begun;
    if (this.#stoodIn > MAX_STAND_IN_MS) this.start(this.threads);
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      name: 'shardscope',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    worker.once('online', () => {
      this.#isUp = true;
      this.#standIn = undefined;
      this.#dispatch();
    });
    worker.on('message', (reply: Reply) => this.#finish(worker, reply));
    worker.on('messageerror', (error) => this.#finish(worker, { ok: false, error }));
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', () => this.#lose(worker));
    return worker;
  }

  #finish(worker: Worker, reply: Reply): void {
    const pending = this.#busy.get(worker);
    this.#busy.delete(worker);
    worker.unref();
    this.#idle.push(worker);
    pending?.settle(reply);
    this.#dispatch();
  }

  /** A thread died (uncaught error, out of memory, exit): only its own task fails, with the cause in words. */
  #lose(worker: Worker, error?: Error): void {
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    const pending = this.#busy.get(worker);
    this.#busy.delete(worker);
    pending?.settle(this.#closed ? cancelled : { ok: false, fault: lostFault(error) });
    if (!this.#closed) this.#dispatch();
  }
}

function lostFault(error: Error | undefined): Fault {
  const outOfMemory = error !== undefined && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return fault(
    'INTERNAL',
    outOfMemory
      ? 'A worker thread ran out of memory.'
      : `A worker thread stopped in the middle of its work: ${error?.message ?? 'it ended without a word'}.`,
    outOfMemory
      ? 'Use fewer threads (--threads), or close other programs.'
      : 'This is a fault in Shardscope. Run the command line with --debug for details and report it.',
  );
}
