import * as z from 'zod';
import { DTYPE_NAMES } from '../../../shared/dtype.ts';

const count = z.int().min(0);
const firstOverflow = z.object({ index: z.array(count).readonly(), value: z.number() }).exactOptional();

/** `TileCasts`, as a journal keeps them. Apart from them: a thread that copies starts without zod, 8 ms sooner. */
export const tileCasts = z.object({ nans: count, overflows: count, first: firstOverflow });

/** `CastFindings`, as a journal keeps them. */
export const castFindings = z.object({
  nans: count,
  overflows: count,
  tensorCount: count,
  tensors: z.array(
    z.object({
      tensor: z.string(),
      from: z.enum(DTYPE_NAMES),
      to: z.enum(DTYPE_NAMES),
      nans: count,
      overflows: count,
      firstOverflow,
    }),
  ),
});
