import { type Difference, differenceNumbers } from '../../../shared/compare/difference.ts';
import type { Pair, SideTensor } from '../../../shared/compare/names.ts';
import type { ComparedPart, ComparedTensor } from '../../../shared/compare/results.ts';
import type { Fault } from '../../../shared/errors.ts';
import { type Box, indexAt, wholeBox } from '../../../shared/layout/box.ts';
import { numericShape } from '../../../shared/model/build.ts';
import { SliceNumbers } from '../../../shared/ranks/slice-numbers.ts';
import type { Side } from './side.ts';

/** Whether the values of a pair can be held against each other. */
export function isComparable({ a, b }: Pair, part: ComparedPart | undefined): boolean {
  if (!a || !b) return false;
  // A complex value and a real one have no difference that means anything.
  return (sameShape(a, b) || part !== undefined) && (a.dtype === 'C64') === (b.dtype === 'C64');
}

function sameShape(a: SideTensor, b: SideTensor): boolean {
  return a.shape.join() === b.shape.join();
}

/**
 * What is said about a pair.
 *
 * @param part what of the whole tensor it is, where one of them is a rank's part of the other
 * @param outcome how its values differ, why they could not be read; undefined where they were not compared
 */
export function comparedTensor(
  pair: Pair,
  part: ComparedPart | undefined,
  outcome: Difference | Fault | undefined,
  places: RankPlaces,
): ComparedTensor {
  const { a, b } = pair;
  if (!a) return { name: pair.b.name, status: 'only-b', b: stored(pair.b) };
  if (!b) return { name: a.name, status: 'only-a', a: stored(a) };
  const sameSlice = places.sameSlice(a.name);
  const common = {
    name: a.name,
    a: stored(a),
    b: stored(b),
    ...(sameSlice !== undefined && { sameSlice }),
    ...(part && { part }),
  };
  if (!sameShape(a, b) && !part) return { ...common, status: 'shape' };
  if (outcome && 'code' in outcome) return { ...common, status: 'unreadable', message: outcome.message };
  const numbers =
    outcome &&
    differenceNumbers(outcome, (element) =>
      indexAt(part?.box ?? ((sameSlice && places.boxOf(a.name)) || wholeBox(numericShape(a) ?? [])), element),
    );
  const status = a.dtype !== b.dtype ? 'dtype' : outcome && outcome.differing > 0 ? 'different' : 'equal';
  return { ...common, status, ...(numbers && { numbers }) };
}

function stored({ name, dtype, shape }: SideTensor) {
  return { name, dtype, shape };
}

/** Where two ranks of one checkpoint have their parts of its tensors. */
export class RankPlaces {
  /** Both sides are ranks of one opened checkpoint, and its strategy says what they hold. */
  readonly known: boolean;
  readonly #a: Side;
  readonly #b: Side;
  readonly #numbers: SliceNumbers | undefined;

  constructor(a: Side, b: Side) {
    const { strategy } = a.open;
    this.#a = a;
    this.#b = b;
    this.known = a.open === b.open && a.rank !== undefined && b.rank !== undefined && strategy !== undefined;
    this.#numbers = this.known && strategy ? new SliceNumbers(strategy.devicesPerStage) : undefined;
  }

  /** Whether both have the same part; undefined where that is not known. */
  sameSlice(name: string): boolean | undefined {
    const tensor = this.#a.open.model.byName.get(name);
    if (!this.#numbers || !tensor) return undefined;
    try {
      const slices = this.#numbers.of(tensor);
      return slices?.ofRank(this.#a.rank ?? 0) === slices?.ofRank(this.#b.rank ?? 0);
    } catch {
      // The layout does not fit the tensor: a problem of the checkpoint already.
      return undefined;
    }
  }

  /** A's part of a tensor. */
  boxOf(name: string): Box | undefined {
    const { model } = this.#a.open;
    const tensor = model.byName.get(name);
    return tensor && model.pieces(tensor).find(({ rank }) => rank === this.#a.rank)?.box;
  }
}
