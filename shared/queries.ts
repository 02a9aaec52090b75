import * as z from 'zod';
import { COMPARE_COLUMNS, COMPARE_STATUSES } from './compare/results.ts';
import { TABLE_COLUMNS } from './table/page.ts';

/** Inputs that several methods of the contract have in common. */

export const path = z.string().min(1).max(4096);
export const checkpoint = z.string().length(32);
export const name = z.string().max(1_000_000);

export const tableQuery = z.strictObject({
  checkpoint,
  /** The filter language of `filter.ts`: text, `/regex/`, `dtype:`, `shape:`, `size:`, `rank:`, `stage:`, `!`. */
  filter: z.string().max(10_000).default(''),
  view: z.enum(['tree', 'flat']).default('tree'),
  sort: z.strictObject({ column: z.enum(TABLE_COLUMNS), descending: z.boolean() }).optional(),
  /** Groups whose open state differs from the default. */
  toggled: z.array(name).max(100_000).default([]),
});
export type TableQuery = z.input<typeof tableQuery>;

/** A tensor, or a part of it: of the whole, put together from all ranks, or of one rank's own slice of it. */
export const tensorPart = z.strictObject({
  checkpoint,
  name,
  rank: z.int().min(0).optional(),
  /** `[0, :, 3:10]` as NumPy reads it; all when absent. Indices count in what `rank` means. */
  slice: z.string().max(10_000).optional(),
});
export type TensorPart = z.input<typeof tensorPart>;

export const compareQuery = z.strictObject({
  job: z.string().max(64),
  filter: z.string().max(10_000).default(''),
  statuses: z.array(z.enum(COMPARE_STATUSES)).optional(),
  sort: z.strictObject({ column: z.enum(COMPARE_COLUMNS), descending: z.boolean() }).optional(),
});

/** A file that `files.list` gave, by its path. */
export const fileOf = z.strictObject({ checkpoint, path });

/** A view of its header as a tree: the containers that are open, each known by the byte at which it ends. */
export const headerView = fileOf.extend({ open: z.array(z.int().min(0)).max(10_000).default([]) });

/** Cells of a picture, at most. */
export const heatmapSize = {
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  /** Look at some rows only where there is much to read. */
  quick: z.boolean().default(false),
};
