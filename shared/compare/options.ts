import * as z from 'zod';

const path = z.string().min(1).max(4096);

/** What stands on one side: a checkpoint, or what one of its ranks holds. */
const side = z.strictObject({
  path,
  strategy: path.optional(),
  fileSuffix: z.string().max(255).optional(),
  /** The rank's own slices, as its files have them; the whole tensors of all ranks when absent. */
  rank: z.int().min(0).optional(),
});

/** Replaces a beginning of a name, or what a regular expression finds first (`$1` is its first group). */
const nameRule = z
  .strictObject({
    from: z.string().min(1).max(1000),
    to: z.string().max(1000),
    regex: z.boolean().default(false),
  })
  .superRefine(({ from, regex }, context) => {
    if (!regex) return;
    try {
      new RegExp(from);
    } catch {
      context.addIssue({
        code: 'custom',
        message: `The regular expression /${from}/ cannot be used.`,
        path: ['from'],
      });
    }
  });

export const compareOptions = z.strictObject({
  a: side,
  b: side,
  /** Values are equal when |a − b| ≤ atol + rtol × |b|, as NumPy's `isclose` has it. */
  atol: z.number().min(0).default(0),
  rtol: z.number().min(0).default(0),
  /** NaN equals NaN. */
  nanEqual: z.boolean().default(true),
  /** What A's names become to be found in B: one rule after the other. */
  names: z.array(nameRule).max(100).default([]),
});

export type CompareOptions = z.output<typeof compareOptions>;
export type CompareRequest = z.input<typeof compareOptions>;
export type CompareSide = CompareOptions['a'];
export type NameRule = z.output<typeof nameRule>;
