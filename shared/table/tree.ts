import type { Model } from '../model.ts';
import { type NameGroups, nameGroups } from './groups.ts';
import type { Sort } from './order.ts';

/** Rows that are shown without anybody having opened a group: a page of them is still quick to read over. */
const MAX_OPEN_ROWS = 2000;

/** The tree of a filtered and sorted table, written flat: each group is followed by what it holds. */
export interface Tree {
  readonly groups: NameGroups;
  /** A tensor's index, or `~group`. */
  readonly entries: Int32Array;
  readonly depths: Uint8Array;
  /** Group that an entry stands under, -1 at the top. */
  readonly owners: Int32Array;
  /** Position behind the last entry of a group. */
  readonly ends: Uint32Array;
  /** Matching tensors and their bytes, per group. */
  readonly counts: Uint32Array;
  readonly bytes: Float64Array;
  /** Groups of a smaller depth are open by default. */
  readonly openDepth: number;
}

/**
 * Builds the tree that people find most readable: shallow, one group per numbered part of a name.
 * - Groups are those of `groups.ts` that hold two or more matching tensors; labels are the rest of the name.
 *   So with a filter that leaves one tensor a layer, the rows are plain names.
 * - A group that holds only one other group is joined with it: `backbone.0` + `blocks.3` is `backbone.0.blocks.3`.
 * - By name: natural order of tensors and groups together, but optimizer state last, because it repeats the
 *   weights and is several times their number. By size: groups by their total, as disk usage is shown. By
 *   dtype, shape or held: tensors sorted inside each group, followed by its groups in natural order.
 * - Levels are open by default as far as at most 2,000 rows show: a small table is all open.
 *
 * @param matching indices of tensors in natural order; @param order the same sorted by `sort`
 */
export function buildTree(model: Model, matching: Uint32Array, order: Uint32Array, sort: Sort): Tree {
  const groups = nameGroups(model);
  const { groupOf, parents } = groups;
  const total = parents.length;
  const counts = new Uint32Array(total);
  const bytes = new Float64Array(total);
  for (const index of matching) {
    const group = groupOf[index] ?? -1;
    if (group < 0) continue;
    counts[group] = (counts[group] ?? 0) + 1;
    bytes[group] = (bytes[group] ?? 0) + (model.tensors[index]?.byteLength ?? 0);
  }
  for (let group = total - 1; group >= 0; group--) {
    const parent = parents[group] ?? -1;
    if (parent < 0) continue;
    counts[parent] = (counts[parent] ?? 0) + (counts[group] ?? 0);
    bytes[parent] = (bytes[parent] ?? 0) + (bytes[group] ?? 0);
  }
  const owners = keptOwners(parents, counts);
  const ownerOf = (index: number): number => {
    const group = groupOf[index] ?? -1;
    return group < 0 ? -1 : (owners.self[group] ?? -1);
  };
  const items = collectItems(groups, owners, ownerOf, matching, order, sort);
  if (sort.column === 'size') {
    const sign = sort.descending ? -1 : 1;
    const size = (item: number) => (item < 0 ? bytes[~item] : model.tensors[item]?.byteLength) ?? 0;
    for (const list of items.values())
      if (list.some((item) => item < 0)) list.sort((a, b) => sign * (size(a) - size(b)));
  }
  if (sort.column === 'name') {
    const top = items.get(-1) ?? [];
    const isState = (item: number) =>
      item < 0 ? groups.optimizer[~item] === true : model.tensors[item]?.role === 'optimizer';
    items.set(-1, [...top.filter((item) => !isState(item)), ...top.filter(isState)]);
  }
  return { groups, counts, bytes, ...flatten(items) };
}

interface Owners {
  /** Per group, itself when it is shown, else the nearest shown group around it, else -1. */
  readonly self: Int32Array;
  /** Per group, the nearest shown group around it, else -1. */
  readonly above: Int32Array;
}

/** Leaves out groups of fewer than two tensors, and those whose tensors are all in one group inside. */
function keptOwners(parents: readonly number[], counts: Uint32Array): Owners {
  const joined = new Uint8Array(counts.length);
  parents.forEach((parent, group) => {
    if (parent >= 0 && counts[parent] === counts[group]) joined[parent] = 1;
  });
  const self = new Int32Array(counts.length);
  const above = new Int32Array(counts.length);
  parents.forEach((parent, group) => {
    const around = parent < 0 ? -1 : (self[parent] ?? -1);
    above[group] = around;
    self[group] = (counts[group] ?? 0) >= 2 && joined[group] === 0 ? group : around;
  });
  return { self, above };
}

/** What stands directly under each shown group (-1: at the top), in the order of the sort. */
function collectItems(
  groups: NameGroups,
  owners: Owners,
  ownerOf: (index: number) => number,
  matching: Uint32Array,
  order: Uint32Array,
  sort: Sort,
): Map<number, number[]> {
  const items = new Map<number, number[]>([[-1, []]]);
  const placed = new Uint8Array(groups.parents.length);
  const listOf = (owner: number): number[] => {
    let list = items.get(owner);
    if (!list) {
      list = [];
      items.set(owner, list);
    }
    return list;
  };
  const placeGroup = (group: number): void => {
    if (group < 0 || placed[group] === 1) return;
    placed[group] = 1;
    const above = owners.above[group] ?? -1;
    placeGroup(above);
    listOf(above).push(~group);
  };
  const mixed = sort.column === 'name';
  for (const index of order) {
    const owner = ownerOf(index);
    if (mixed) placeGroup(owner);
    listOf(owner).push(index);
  }
  if (!mixed) for (const index of matching) placeGroup(ownerOf(index));
  return items;
}

function flatten(
  items: ReadonlyMap<number, readonly number[]>,
): Pick<Tree, 'entries' | 'depths' | 'owners' | 'ends' | 'openDepth'> {
  let length = 0;
  for (const list of items.values()) length += list.length;
  const entries = new Int32Array(length);
  const depths = new Uint8Array(length);
  const owners = new Int32Array(length);
  const ends = new Uint32Array(length);
  const rowsOfDepth: number[] = [];
  let at = 0;
  const write = (owner: number, depth: number): void => {
    for (const item of items.get(owner) ?? []) {
      const position = at++;
      entries[position] = item;
      depths[position] = depth;
      owners[position] = owner;
      rowsOfDepth[depth] = (rowsOfDepth[depth] ?? 0) + 1;
      if (item < 0) write(~item, depth + 1);
      ends[position] = at;
    }
  };
  write(-1, 0);
  let openDepth = 0;
  for (let rows = rowsOfDepth[0] ?? 0; openDepth < rowsOfDepth.length; openDepth++) {
    rows += rowsOfDepth[openDepth + 1] ?? 0;
    if (rows > MAX_OPEN_ROWS) break;
  }
  return { entries, depths, owners, ends, openDepth };
}

export function isOpen(tree: Tree, position: number, toggled: ReadonlySet<number>): boolean {
  const entry = tree.entries[position] ?? 0;
  return entry < 0 && (tree.depths[position] ?? 0) < tree.openDepth !== toggled.has(~entry);
}

/** Positions of the entries that show, when the groups in `toggled` are not in their default state. */
export function visibleEntries(tree: Tree, toggled: ReadonlySet<number>): Uint32Array {
  const { entries, ends } = tree;
  const visible = new Uint32Array(entries.length);
  let rows = 0;
  for (let at = 0; at < entries.length; ) {
    visible[rows++] = at;
    at = (entries[at] ?? 0) < 0 && !isOpen(tree, at, toggled) ? (ends[at] ?? at + 1) : at + 1;
  }
  return visible.slice(0, rows);
}
