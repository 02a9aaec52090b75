/** Speed of a job as of now: bytes a second over the last three seconds, so that it neither jumps nor lags. */
const WINDOW_MS = 3000;
/** Before this much time is measured, a speed would be noise. */
const LEAST_MS = 300;

export class Rate {
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];

  /** Takes one measurement (milliseconds of any clock, bytes done so far) and returns bytes a second, or 0. */
  measure(at: number, bytes: number): number {
    this.#samples.push({ at, bytes });
    while ((this.#samples[1]?.at ?? at) <= at - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || at - first.at < LEAST_MS) return 0;
    return ((bytes - first.bytes) / (at - first.at)) * 1000;
  }
}
