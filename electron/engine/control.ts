import { refuse } from '../../shared/errors.ts';

/** What a job's tasks share with the thread that started them: bytes done, and a flag to stop. */
export class Control {
  readonly shared: SharedArrayBuffer;
  readonly #bytes: BigInt64Array;
  readonly #stop: Int32Array;

  constructor(shared = new SharedArrayBuffer(16)) {
    this.shared = shared;
    this.#bytes = new BigInt64Array(shared, 0, 1);
    this.#stop = new Int32Array(shared, 8, 1);
  }

  get bytesDone(): number {
    return Number(Atomics.load(this.#bytes, 0));
  }

  add(bytes: number): void {
    Atomics.add(this.#bytes, 0, BigInt(bytes));
  }

  stop(): void {
    Atomics.store(this.#stop, 0, 1);
  }

  /** Refuses CANCELLED once `stop` was called on any thread. */
  check(): void {
    if (Atomics.load(this.#stop, 0) !== 0)
      refuse('CANCELLED', 'The job was cancelled.', 'Start it again when wanted.');
  }
}
