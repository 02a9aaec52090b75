import { childAt, type JsonChildren } from './children.ts';

/**
 * A container of a JSON text that is open in a tree, with those in it that are open, too. A container is known by
 * the offset at which it ends: no two end at the same.
 */
export interface OpenContainer {
  readonly children: JsonChildren;
  /** By index of the child, ascending. */
  readonly open: readonly (readonly [index: number, container: OpenContainer])[];
  /** Rows of its children and of all that is open below. */
  readonly rows: number;
}

/** A row of the tree: a child of an open container. */
export interface TreePlace {
  readonly children: JsonChildren;
  readonly index: number;
  /** From 1. */
  readonly level: number;
  readonly open: boolean;
  /** Row of the container that it is in; -1 for the root. */
  readonly parent: number;
}

/**
 * Opens the containers that end at `ends` (ascending), as far as those around them are open.
 *
 * @param load gives the children of the container that is child `index`
 */
export async function openContainers(
  children: JsonChildren,
  ends: readonly number[],
  load: (children: JsonChildren, index: number) => Promise<JsonChildren>,
): Promise<OpenContainer> {
  const open: (readonly [number, OpenContainer])[] = [];
  // Ascending, those of what lies in a container come right before its own.
  let inside: number[] = [];
  for (const end of ends) {
    const index = childAt(children, end - 1);
    if (children.ends[index] !== end) {
      inside.push(end);
      continue;
    }
    if (children.counts[index])
      open.push([index, await openContainers(await load(children, index), inside, load)]);
    inside = [];
  }
  const rows = open.reduce((sum, [, container]) => sum + container.rows, children.ends.length);
  return { children, open, rows };
}

/** The rows from `offset` on, at most `limit`, in the order in which they are seen. */
export function rowsOf(root: OpenContainer, offset: number, limit: number): TreePlace[] {
  const places: TreePlace[] = [];
  gather(root, 1, 0, places, offset, limit);
  return places;
}

/** Adds those of the wanted rows that are in a container whose first child is row `first`. */
function gather(
  { children, open }: OpenContainer,
  level: number,
  first: number,
  places: TreePlace[],
  offset: number,
  limit: number,
): void {
  const parent = first - 1;
  let row = first;
  let index = 0;
  /** Children before `end`, none of which is open. */
  const closed = (end: number) => {
    const skip = Math.max(0, Math.min(end - index, offset - row));
    row += skip;
    index += skip;
    for (; index < end && places.length < limit; index++, row++)
      places.push({ children, index, level, parent, open: false });
  };
  for (const [at, container] of open) {
    closed(at);
    if (places.length >= limit) return;
    if (row >= offset) places.push({ children, index: at, level, parent, open: true });
    row++;
    index = at + 1;
    if (row + container.rows > offset) gather(container, level + 1, row, places, offset, limit);
    row += container.rows;
  }
  if (places.length < limit) closed(children.ends.length);
}

/** The row of the deepest open child that holds the text's byte `offset`, counted from 0. */
export function rowAt({ children, open }: OpenContainer, offset: number): number {
  const index = Math.min(childAt(children, offset), children.ends.length - 1);
  let row = index;
  for (const [at, container] of open) {
    if (at > index) break;
    if (at < index) row += container.rows;
    else if (offset >= container.children.begin) return row + 1 + rowAt(container, offset);
  }
  return row;
}
