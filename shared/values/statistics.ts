import type { Dtype } from '../dtype.ts';
import { volume } from '../layout/box.ts';
import { type Bucket, bucketsOf, needsRefining } from './buckets.ts';
import { codeValues } from './code-values.ts';
import type { JsonNumber } from './json-values.ts';
import { type Moments, noMoments } from './moments.ts';
import { binOf, planRefinement, type Refined, type Refinement, tableEntries } from './refinement.ts';
import type { LogBin, TensorStats } from './results.ts';

export const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
const BINS = 64;

/** What the first look at all values gave. */
export interface Counted {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** By code, see `Bucket`. */
  readonly codes: Float64Array;
  /** Of dtypes above 16 bits; of others all is in the codes. */
  readonly moments?: Moments;
  /** Of 64-bit integers, whose extremes need not be exact as numbers. */
  readonly exact?: { readonly min: bigint; readonly max: bigint };
}

/**
 * Statistics from counts of codes. Refined is asked of the caller once where codes alone do not tell: a second
 * look at the values.
 */
export class Statistics {
  readonly #counted: Counted;
  readonly #buckets: readonly Bucket[];
  readonly #moments: Moments;
  readonly #edges: Float64Array<ArrayBuffer>;
  /** What a second look must find out; undefined when there is no need of one. */
  readonly refinement: Refinement | undefined;

  constructor(counted: Counted) {
    this.#counted = counted;
    this.#buckets = bucketsOf(counted.dtype, counted.codes);
    this.#moments = counted.moments ?? momentsOfCodes(counted);
    this.#edges = equalEdges(this.#moments.min, this.#moments.max);
    if (needsRefining(counted.dtype) && this.#moments.count > 0) this.refinement = this.#plan();
  }

  result(refined?: Refined): TensorStats {
    const { dtype, shape, exact } = this.#counted;
    const { count, mean, squares, min, max, zeros, nan, positiveInfinity, negativeInfinity } = this.#moments;
    const extremes: { min?: JsonNumber; max?: JsonNumber } =
      count === 0 ? {} : { min: exact ? String(exact.min) : min, max: exact ? String(exact.max) : max };
    return {
      dtype,
      shape,
      count: volume(shape),
      finite: count,
      zeros,
      nan,
      positiveInfinity,
      negativeInfinity,
      ...extremes,
      ...(count > 0 && { mean, std: Math.sqrt(squares / count) }),
      quantiles: count === 0 ? [] : QUANTILES.map((q) => ({ q, value: this.#quantile(q, refined) })),
      quantileError: needsRefining(dtype) && dtype !== 'F32' ? 2 ** -20 : 0,
      linear: {
        from: this.#edges[0] ?? 0,
        to: this.#edges.at(-1) ?? 0,
        counts: count === 0 ? [] : this.#linear(refined),
      },
      log: this.#log(refined),
    };
  }

  #plan(): Refinement {
    const tabled = new Set<number>();
    for (const q of QUANTILES)
      for (const rank of ranksOf(q, this.#moments.count)) tabled.add(this.#at(rank).bucket.code);
    // Subnormal numbers share their code with zero.
    const nearZero = this.#buckets.filter(isNearZero);
    if (nearZero.reduce((sum, { count }) => sum + count, 0) > this.#moments.zeros)
      for (const { code } of nearZero) tabled.add(code);
    return planRefinement(this.#buckets, [...tabled], this.#edges);
  }

  /** The bucket that holds the value of a rank (from 0, ascending), and the rank's place in it. */
  #at(rank: number): { bucket: Bucket; place: number } {
    let before = 0;
    for (const bucket of this.#buckets) {
      if (rank < before + bucket.count) return { bucket, place: rank - before };
      before += bucket.count;
    }
    throw new RangeError(`no rank ${rank} among ${before} values`);
  }

  #valueOf(rank: number, refined: Refined | undefined): number {
    const { bucket, place } = this.#at(rank);
    if (!this.refinement || !refined) return bucket.low;
    let before = 0;
    for (const { value, count } of tableEntries(this.#counted.dtype, this.refinement, refined, bucket.code)) {
      before += count;
      if (place < before) return Math.min(this.#moments.max, Math.max(this.#moments.min, value));
    }
    throw new RangeError('the second look saw other values than the first');
  }

  /** NumPy's default method, its interpolation to the last bit. */
  #quantile(q: number, refined: Refined | undefined): number {
    const [lower, upper] = ranksOf(q, this.#moments.count).map((rank) => this.#valueOf(rank, refined)) as [
      number,
      number,
    ];
    const share = q * (this.#moments.count - 1) - Math.floor(q * (this.#moments.count - 1));
    const apart = upper - lower;
    return share < 0.5 ? lower + apart * share : upper - apart * (1 - share);
  }

  #linear(refined: Refined | undefined): number[] {
    const counts = new Array<number>(BINS).fill(0);
    for (const { code, count, low } of this.#buckets) {
      if (this.refinement && (this.refinement.slots[code] ?? 0) >= 0x80) continue;
      const bin = binOf(this.#edges, low);
      counts[bin] = (counts[bin] ?? 0) + count;
    }
    refined?.bins.forEach((count, bin) => {
      counts[bin] = (counts[bin] ?? 0) + count;
    });
    return counts;
  }

  #log(refined: Refined | undefined): TensorStats['log'] {
    const bins = { negative: new Map<number, number>(), positive: new Map<number, number>() };
    const add = (value: number, count: number) => {
      if (value === 0) return;
      const side = value < 0 ? bins.negative : bins.positive;
      const exponent = exponentOf(Math.abs(value));
      side.set(exponent, (side.get(exponent) ?? 0) + count);
    };
    for (const bucket of this.#buckets) {
      const tabled = this.refinement?.tabled.includes(bucket.code) ?? false;
      if (this.refinement && refined && tabled && isNearZero(bucket))
        for (const { value, count } of tableEntries(
          this.#counted.dtype,
          this.refinement,
          refined,
          bucket.code,
        ))
          add(value, count);
      else add(bucket.high <= 0 ? bucket.high : bucket.low, bucket.count);
    }
    const sorted = (side: ReadonlyMap<number, number>): LogBin[] =>
      [...side].map(([exponent, count]) => ({ exponent, count })).sort((a, b) => a.exponent - b.exponent);
    return { negative: sorted(bins.negative), positive: sorted(bins.positive) };
  }
}

function isNearZero({ low, high }: Bucket): boolean {
  return low === 0 || high === 0;
}

/** The two ranks between which a quantile lies. */
function ranksOf(q: number, count: number): [number, number] {
  const lower = Math.floor(q * (count - 1));
  return [lower, Math.min(lower + 1, count - 1)];
}

/** `numpy.linspace`; around a single value half on each side, as `numpy.histogram` does. */
function equalEdges(least: number, most: number): Float64Array<ArrayBuffer> {
  const [min, max] = least === most ? [least - 0.5, most + 0.5] : [least, most];
  const step = (max - min) / BINS;
  return Float64Array.from({ length: BINS + 1 }, (_, i) => {
    if (i === BINS) return max;
    return Number.isFinite(step) ? i * step + min : min * (1 - i / BINS) + max * (i / BINS);
  });
}

/** floor(log2(value)), without the rounding of a logarithm. */
function exponentOf(value: number): number {
  const high = new Uint32Array(Float64Array.of(value).buffer)[1] ?? 0;
  const exponent = (high >>> 20) & 0x7ff;
  return exponent === 0 ? Math.floor(Math.log2(value)) : exponent - 1023;
}

function momentsOfCodes({ dtype, codes }: Counted): Moments {
  const moments = noMoments();
  const values = codeValues(dtype) ?? [];
  codes.forEach((count, code) => {
    const value = values[code] ?? 0;
    if (Number.isNaN(value)) moments.nan += count;
    else if (value === Number.POSITIVE_INFINITY) moments.positiveInfinity += count;
    else if (value === Number.NEGATIVE_INFINITY) moments.negativeInfinity += count;
    else if (value === 0) moments.zeros += count;
  });
  const buckets = bucketsOf(dtype, codes);
  const first = buckets[0];
  const last = buckets.at(-1);
  if (!first || !last) return moments;
  moments.min = first.low;
  moments.max = last.low;
  for (const { count } of buckets) moments.count += count;
  moments.mean = compensatedSum(buckets, ({ low, count }) => low * count) / moments.count;
  moments.squares = compensatedSum(buckets, ({ low, count }) => (low - moments.mean) ** 2 * count);
  return moments;
}

/** Neumaier's sum. */
function compensatedSum(buckets: readonly Bucket[], term: (bucket: Bucket) => number): number {
  let sum = 0;
  let lost = 0;
  for (const bucket of buckets) {
    const value = term(bucket);
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}
