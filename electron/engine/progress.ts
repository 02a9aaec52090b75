import type { JobPhase } from '../../shared/jobs.ts';
import type { Control } from './control.ts';

const POLL_MS = 100;

/** Tells how far a job's threads are: ten times a second, at each new phase, and once more at the end. */
export class Progress {
  readonly #control: Control;
  readonly #total: number;
  readonly #tell: (progress: { phase: JobPhase; bytesDone: number; bytesTotal: number }) => void;
  readonly #timer: NodeJS.Timeout;
  #phase: JobPhase = 'planning';

  constructor(
    control: Control,
    bytesTotal: number,
    tell: (progress: { phase: JobPhase; bytesDone: number; bytesTotal: number }) => void,
  ) {
    this.#control = control;
    this.#total = bytesTotal;
    this.#tell = tell;
    this.#timer = setInterval(() => this.#report(), POLL_MS);
  }

  enter(phase: JobPhase): void {
    this.#phase = phase;
    this.#report();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#report();
  }

  #report(): void {
    this.#tell({ phase: this.#phase, bytesDone: this.#control.bytesDone, bytesTotal: this.#total });
  }
}
