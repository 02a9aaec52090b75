import type { ParsedInput } from '../api.ts';
import { parseFilter } from '../filter.ts';
import type { Model } from '../model.ts';
import { type Sort, sortedOrder } from './order.ts';
import { buildTree, type Tree, visibleEntries } from './tree.ts';

/** What decides which rows a table has. */
export type TableRequest = Pick<ParsedInput<'tensors.page'>, 'filter' | 'view' | 'sort' | 'toggled'>;

/** Tensors that a filter keeps, as indices in natural order of names. */
export interface Matching {
  readonly indices: Uint32Array;
  readonly bytes: number;
  readonly errors: readonly string[];
}

/** A filtered and sorted table, ready to be paged through. */
export type View = FlatView | TreeView;

interface FlatView {
  readonly type: 'flat';
  readonly matching: Matching;
  readonly order: Uint32Array;
}

interface TreeView {
  readonly type: 'tree';
  readonly matching: Matching;
  readonly tree: Tree;
}

/** Rows that show in a tree for one set of toggled groups. */
interface Opened {
  readonly names: readonly string[];
  readonly toggled: ReadonlySet<number>;
  readonly rows: Uint32Array;
}

/**
 * Results kept per model: a person goes back and forth between a few filters and sorts. A result over a million
 * tensors is 4 MB flat, 17 MB as a tree.
 */
const KEPT = 4;

class Recent<V> {
  readonly #values = new Map<string, V>();

  get(key: string, make: () => V): V {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > KEPT && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }
}

interface Kept {
  readonly matching: Recent<Matching>;
  readonly views: Recent<View>;
}

const kept = new WeakMap<Model, Kept>();
const opened = new WeakMap<Tree, Opened>();

export function viewOf(model: Model, request: TableRequest): View {
  let results = kept.get(model);
  if (!results) {
    results = { matching: new Recent(), views: new Recent() };
    kept.set(model, results);
  }
  const { filter, view, sort = BY_NAME } = request;
  const matching = results.matching.get(filter, () => match(model, filter));
  return results.views.get(`${view} ${sort.column} ${sort.descending} ${filter}`, (): View => {
    const order = sortedOrder(model, matching.indices, sort);
    return view === 'flat'
      ? { type: 'flat', matching, order }
      : { type: 'tree', matching, tree: buildTree(model, matching.indices, order, sort) };
  });
}

const BY_NAME: Sort = { column: 'name', descending: false };

function match(model: Model, text: string): Matching {
  const filter = parseFilter(text);
  const { tensors } = model;
  const indices = new Uint32Array(tensors.length);
  const keeps = filter.bind(model);
  let count = 0;
  let bytes = 0;
  for (let i = 0; i < tensors.length; i++) {
    const tensor = tensors[i];
    if (!tensor || !(filter.empty || keeps(tensor))) continue;
    indices[count++] = i;
    bytes += tensor.byteLength;
  }
  return { indices: indices.slice(0, count), bytes, errors: filter.errors };
}

/** Rows of a tree with some groups toggled; the last answer is kept, so that scrolling costs nothing. */
export function openedRows(tree: Tree, names: readonly string[]): Opened {
  const last = opened.get(tree);
  if (last && last.names.length === names.length && last.names.every((name, i) => name === names[i]))
    return last;
  const toggled = new Set<number>();
  for (const name of names) {
    const group = tree.groups.byPrefix.get(name);
    if (group !== undefined) toggled.add(group);
  }
  const result = { names, toggled, rows: visibleEntries(tree, toggled) };
  opened.set(tree, result);
  return result;
}
