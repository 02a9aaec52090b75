import { refuse } from '../../../shared/errors.ts';
import type { HeaderHit, HeaderPage, HeaderRow } from '../../../shared/files.ts';
import { childAt, type JsonChildren, type ScannedChildren, spanOf } from '../../../shared/json/children.ts';
import { ROW_CHARACTERS, readEntry } from '../../../shared/json/entry.ts';
import { openContainers, rowAt, rowsOf, type TreePlace } from '../../../shared/json/tree.ts';
import type { WorkerPool } from '../pool.ts';
import { type HeaderText, readSpans, type Span } from './header-text.ts';

/** Read of an entry for its row: a key of usual length and `ROW_CHARACTERS` of any script. */
const ROW_BYTES = 2048;

/** Copied of a row at once. */
const MOST_TEXT = 2 ** 20;

/** Containers whose children are remembered; those that a person opened, and those that a search passed through. */
const MOST_CONTAINERS = 20_000;

export interface TreeContext {
  readonly pool: WorkerPool;
  readonly roots: readonly string[];
}

/**
 * The header of one file as a tree that is read as far as it is looked at: where the children of each container end
 * that was opened, and the bytes of the rows in sight. Scanning and searching are done by worker threads.
 */
export class HeaderTree {
  readonly #text: HeaderText;
  readonly #context: TreeContext;
  readonly #root: ScannedChildren;
  readonly #containers = new Map<number, JsonChildren>();
  #found: { readonly wanted: string; readonly hits: Promise<Uint32Array> } | undefined;

  private constructor(text: HeaderText, root: ScannedChildren, context: TreeContext) {
    this.#text = text;
    this.#root = root;
    this.#context = context;
  }

  /** @throws what `headerText` does */
  static async of(path: string, context: TreeContext): Promise<HeaderTree> {
    const { pool, roots } = context;
    const text = await pool.run({ type: 'header-text', path, roots });
    const root = await scan(text, [0, text.length], false, context);
    return new HeaderTree(text, root, context);
  }

  /** Rows from `offset` on, with the containers open that end at `open`. */
  async page(open: readonly number[], offset: number, limit: number): Promise<HeaderPage> {
    const { start, length } = this.#text;
    const { children, fault } = this.#root;
    const said = {
      offset,
      length,
      ...(start !== undefined && { fileOffset: start }),
      ...(fault && { fault: { ...fault, offset: fault.offset + (start ?? 0) } }),
    };
    if (!children) return { ...said, totalRows: 0, rows: [] };
    const tree = await this.#opened(children, open);
    const places = rowsOf(tree, offset, limit);
    return { ...said, totalRows: tree.rows, rows: await this.#rows(places) };
  }

  /** A row as it is written, with its key. */
  async text(
    open: readonly number[],
    row: number,
  ): Promise<{ readonly text: string; readonly cut: boolean }> {
    const { children } = this.#root;
    const [place] = children ? rowsOf(await this.#opened(children, open), row, 1) : [];
    if (!place) return { text: '', cut: false };
    const [from, end] = spanOf(place.children, place.index);
    const to = Math.min(end, from + MOST_TEXT);
    const [bytes] = await this.#read([[from, to]]);
    return { text: new TextDecoder().decode(bytes).replace(/^[\s,]+/, ''), cut: to < end };
  }

  /**
   * The next (or with `step` -1 the previous) row in which a text occurs, from occurrence `from` on; the first
   * without. After the last comes the first again.
   */
  async find(
    wanted: string,
    {
      open,
      from,
      step,
    }: { readonly open: readonly number[]; readonly from?: number | undefined; readonly step: 1 | -1 },
  ): Promise<HeaderHit> {
    const { children } = this.#root;
    const last = children?.ends.at(-1) ?? 0;
    // What lies behind a fault is in no row.
    const hits = (await this.#hitsOf(wanted)).filter((offset) => offset < last);
    if (hits.length === 0 || !children) return { hits: 0, hit: 0, row: 0, open };
    const opened = new Set(open);
    const unitAt = (at: number) => this.#unitAt(children, at, opened);
    const hit = from === undefined ? 0 : nextHit(hits, from, step, await unitAt(hits[from] ?? 0));
    const offset = hits[hit] ?? 0;
    const around = (await unitAt(offset)).containers;
    const all = [...new Set([...open, ...around])].sort((a, b) => a - b);
    const row = rowAt(await this.#opened(children, all), offset);
    return { hits: hits.length, hit, row, open: all };
  }

  /**
   * What one row shows of the text at `offset`: an entry short enough to be read in one line unless it is open, else
   * the deepest one.
   */
  async #unitAt(root: JsonChildren, offset: number, open: ReadonlySet<number>): Promise<Unit> {
    const containers: number[] = [];
    let children = root;
    for (;;) {
      const index = Math.min(childAt(children, offset), children.ends.length - 1);
      const [from, to] = spanOf(children, index);
      const isShort = to - from <= ROW_CHARACTERS && !open.has(to);
      if (!children.counts[index] || isShort) return { from, to, containers };
      const inner = await this.#load(children, index);
      if (offset < inner.begin) return { from, to: inner.begin, containers };
      containers.push(to);
      children = inner;
    }
  }

  #hitsOf(wanted: string): Promise<Uint32Array> {
    if (this.#found?.wanted !== wanted) {
      const { pool, roots } = this.#context;
      const hits = pool.run({ type: 'find-text', text: this.#text, roots, wanted });
      this.#found = { wanted, hits };
      hits.catch(() => {
        this.#found = undefined;
      });
    }
    return this.#found.hits;
  }

  #opened(children: JsonChildren, open: readonly number[]) {
    const ends = [...open].sort((a, b) => a - b);
    return openContainers(children, ends, (around, index) => this.#load(around, index));
  }

  async #load(around: JsonChildren, index: number): Promise<JsonChildren> {
    const span = spanOf(around, index);
    const known = this.#containers.get(span[1]);
    if (known) return known;
    const { children } = await scan(this.#text, span, around.keyed, this.#context);
    if (!children)
      refuse('IO_SOURCE_CHANGED', 'the header is not what it was when it was opened', 'Open it again.', {
        file: this.#text.path,
      });
    if (this.#containers.size >= MOST_CONTAINERS) this.#containers.clear();
    this.#containers.set(span[1], children);
    return children;
  }

  async #rows(places: readonly TreePlace[]): Promise<HeaderRow[]> {
    const spans = places.map(({ children, index }): Span => {
      const [from, to] = spanOf(children, index);
      return [from, Math.min(to, from + ROW_BYTES)];
    });
    const pieces = await this.#read(spans);
    return places.map(({ children, index, level, open, parent }, i) => {
      const [from, end] = spanOf(children, index);
      const piece = pieces[i] ?? new Uint8Array();
      return {
        ...readEntry(piece, children.keyed, from + piece.length === end),
        ...{ end, level, open, parent },
        place: index + 1,
        siblings: children.ends.length,
        count: children.counts[index] ?? 0,
      };
    });
  }

  async #read(spans: readonly Span[]): Promise<readonly Uint8Array[]> {
    const { pool, roots } = this.#context;
    const text = this.#text;
    return text.bytes ? readSpans(text, spans, roots) : pool.run({ type: 'read-spans', text, roots, spans });
  }
}

interface Unit {
  readonly from: number;
  readonly to: number;
  /** They have to be open for its row to be there. */
  readonly containers: readonly number[];
}

/** Another row than that of hit `from`, which shows `unit`: several occurrences in one row are passed together. */
function nextHit(hits: Uint32Array, from: number, step: 1 | -1, unit: Unit): number {
  if (step === 1)
    return Math.max(
      0,
      hits.findIndex((offset, hit) => hit > from && offset >= unit.to),
    );
  const previous = hits.findLastIndex((offset, hit) => hit < from && offset < unit.from);
  return previous < 0 ? hits.length - 1 : previous;
}

function scan(text: HeaderText, span: Span, keyed: boolean, { pool, roots }: TreeContext) {
  return pool.run({ type: 'scan-children', text, roots, span, keyed });
}

/** Headers kept at hand, of the files looked at last: 4 MB each where they are large. */
const MOST_TREES = 4;

export class HeaderTrees {
  readonly #context: TreeContext;
  readonly #trees = new Map<string, Promise<HeaderTree>>();

  constructor(context: TreeContext) {
    this.#context = context;
  }

  /** Runs `use` on the tree of a file, which is read anew after it failed: the file may have changed. */
  async use<T>(path: string, use: (tree: HeaderTree) => Promise<T>): Promise<T> {
    const tree = this.#trees.get(path) ?? HeaderTree.of(path, this.#context);
    this.#trees.delete(path);
    this.#trees.set(path, tree);
    for (const oldest of this.#trees.keys()) {
      if (this.#trees.size <= MOST_TREES) break;
      this.#trees.delete(oldest);
    }
    try {
      return await use(await tree);
    } catch (error) {
      this.#trees.delete(path);
      throw error;
    }
  }
}
