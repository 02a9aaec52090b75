import * as z from 'zod';
import { DTYPE_NAMES } from './dtype.ts';

const whole = z.int().min(0);

/** Copies of one slice on several ranks that are not the same. */
export const replicaDifference = z.strictObject({
  tensor: z.string(),
  dtype: z.enum(DTYPE_NAMES),
  /** The rank that the others are held against, and the first whose copy differs from its. */
  ranks: z.tuple([whole, whole]),
  /** Further ranks whose copies differ from the first rank's. */
  otherRanks: z.array(whole),
  /** File of the second rank. */
  file: z.string(),
  /** The first element that differs, by its indices in the whole tensor. */
  element: z.array(whole),
  /** Elements that differ, of the slice's `elements`. Bitwise: NaN equals itself, -0 does not equal +0. */
  count: whole,
  elements: whole,
  /** Largest absolute difference of two finite numbers; absent where none differ but by the sign of 0. */
  maxAbsDifference: z.number().exactOptional(),
});
export type ReplicaDifference = z.output<typeof replicaDifference>;
