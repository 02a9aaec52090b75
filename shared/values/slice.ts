import { refuse } from '../errors.ts';
import type { Box } from '../layout/box.ts';

/** A part of a tensor as `[0, :, 3:10]` names it. */
export interface Selection {
  /** In the tensor's coordinates, with an extent of 1 for each axis that one index was given for. */
  readonly box: Box;
  /** Axes that the result keeps: those that a range was given for. */
  readonly axes: readonly number[];
}

/** Shape of what is selected. */
export function selectedShape({ box, axes }: Selection): number[] {
  return axes.map((axis) => box.extent[axis] ?? 0);
}

/** Everything of a tensor of this shape. */
export function selectAll(shape: readonly number[]): Selection {
  return { box: { start: shape.map(() => 0), extent: shape }, axes: shape.map((_, axis) => axis) };
}

/**
 * Reads `[0, :, 3:10]`, brackets or not, as NumPy does: negative numbers count from the end, ranges are cut to the
 * axis, `...` stands for as many `:` as fit, axes left out are whole. Steps other than 1 are not known.
 *
 * @throws USAGE naming the part that does not fit, with the shape
 */
export function parseSlice(text: string, shape: readonly number[]): Selection {
  const inner = text.trim().replace(/^\[(.*)\]$/s, '$1');
  const terms = inner.trim() === '' ? [] : inner.split(',').map((term) => term.trim());
  const dots = terms.indexOf('...');
  if (dots >= 0)
    terms.splice(dots, 1, ...new Array<string>(Math.max(0, shape.length - terms.length + 1)).fill(':'));
  if (terms.length > shape.length)
    refuseSlice(text, shape, `names ${terms.length} axes, the tensor has ${shape.length}`);
  const start: number[] = [];
  const extent: number[] = [];
  const axes: number[] = [];
  shape.forEach((length, axis) => {
    const term = terms[axis] ?? ':';
    const index = /^[+-]?\d+$/.test(term) ? Number(term) : undefined;
    if (index !== undefined) {
      const at = index < 0 ? index + length : index;
      if (at < 0 || at >= length)
        refuseSlice(text, shape, `asks for index ${index} of axis ${axis}, which has ${length}`);
      start.push(at);
      extent.push(1);
      return;
    }
    const range = /^([+-]?\d*)\s*:\s*([+-]?\d*)(?:\s*:\s*1?)?$/.exec(term);
    if (!range) refuseSlice(text, shape, `has '${term}', which is no index and no range`);
    const from = cutTo(length, range[1], 0);
    start.push(from);
    extent.push(Math.max(0, cutTo(length, range[2], length) - from));
    axes.push(axis);
  });
  return { box: { start, extent }, axes };
}

function cutTo(length: number, text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  const at = Number(text);
  return Math.min(length, Math.max(0, at < 0 ? at + length : at));
}

/** The shortest text that `parseSlice` reads back for a tensor of this shape. */
export function formatSlice({ box, axes }: Selection, shape: readonly number[]): string {
  const terms = box.start.map((start, axis) => {
    const end = start + (box.extent[axis] ?? 0);
    if (!axes.includes(axis)) return String(start);
    return `${start === 0 ? '' : start}:${end === shape[axis] ? '' : end}`;
  });
  return `[${terms.join(', ')}]`;
}

function refuseSlice(text: string, shape: readonly number[], why: string): never {
  refuse(
    'USAGE',
    `The slice ${text} ${why}.`,
    `The shape is [${shape.join(', ')}]. Give one index or range an axis, such as [0, :, 3:10].`,
    { expected: `[${shape.join(', ')}]`, found: text },
  );
}
