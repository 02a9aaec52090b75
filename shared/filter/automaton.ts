import { type Node, parsePattern, type Range } from './pattern.ts';

/**
 * Matching in linear time: the pattern becomes a finite automaton, whose sets of states become the states of a
 * table that is filled in as names need them (Thompson 1968, as in RE2). JavaScript's own RegExp goes back and
 * tries again: `(a+)+$` on 40 letters takes it hours, and one name is enough to hang the engine.
 */

/** Longest pattern taken; with `MAX_STATES` it bounds the work for one character of a name. */
const MAX_PATTERN = 500;
/** Most parts of the automaton, reached only by counted repeats such as `(…){50}`. */
const MAX_STATES = 1000;
/** Most rows of the table (about 4 MB with 256 columns of 4 bytes); a full table is begun anew, as RE2 does. */
const MAX_ROWS = 4000;

interface State {
  /** Characters that lead on to `next`; absent for states that are passed without one. */
  readonly ranges?: readonly Range[];
  readonly assert?: 'start' | 'end';
  readonly next: number[];
}

/** A row of the table: a set of states, what it accepts, and the rows that follow by kind of character. */
interface Row {
  readonly states: readonly number[];
  readonly accepts: boolean;
  readonly acceptsAtEnd: boolean;
  readonly next: (Row | undefined)[];
}

/**
 * Compiles a pattern in JavaScript's syntax (flag `i` ignores the case of letters) to a test "occurs in the
 * name". Throws a SyntaxError with a sentence for people; takes time linear in the name, whatever the pattern.
 */
export function compilePattern(pattern: string, ignoreCase: boolean): (name: string) => boolean {
  if (pattern.length > MAX_PATTERN)
    throw new SyntaxError(`it is ${pattern.length} characters long, at most ${MAX_PATTERN} are taken`);
  RegExp(pattern); // only for its syntax errors; it is never run
  const states: State[] = [{ next: [] }];
  const ACCEPT = 0;
  let built = 0;
  const start = build(parsePattern(pattern, ignoreCase), ACCEPT);

  function add(state: State): number {
    return states.push(state) - 1;
  }

  /** Adds the states for a part that goes on to `next`; returns where the part begins. */
  function build(node: Node, next: number): number {
    // Counted here, not in `add`: `(?:){1000000000}` adds no state and still takes its time.
    if (++built > MAX_STATES) throw new SyntaxError(`its repeats unfold to more than ${MAX_STATES} parts`);
    switch (node.type) {
      case 'set':
        return add({ ranges: node.ranges, next: [next] });
      case 'start':
      case 'end':
        return add({ assert: node.type, next: [next] });
      case 'sequence':
        return node.parts.reduceRight((after, part) => build(part, after), next);
      case 'choice':
        return add({ next: node.parts.map((part) => build(part, next)) });
      case 'repeat': {
        let entry = next;
        if (node.max === Number.POSITIVE_INFINITY) {
          const loop: State = { next: [next] };
          entry = add(loop);
          loop.next.push(build(node.part, entry));
        } else {
          for (let i = node.min; i < node.max; i++) entry = add({ next: [next, build(node.part, entry)] });
        }
        for (let i = 0; i < node.min; i++) entry = build(node.part, entry);
        return entry;
      }
    }
  }

  /** All states reached from `from` without a character, at the beginning or the end of the name or neither. */
  function closure(from: readonly number[], atStart: boolean, atEnd: boolean): number[] {
    const reached = new Set<number>();
    const open = [...from];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const state = states[index];
      if (!state || reached.has(index)) continue;
      reached.add(index);
      if (state.ranges || (state.assert === 'start' && !atStart) || (state.assert === 'end' && !atEnd))
        continue;
      open.push(...state.next);
    }
    return [...reached].sort((a, b) => a - b);
  }

  const kindOf = characterKinds(states.flatMap((state) => state.ranges ?? []));
  let rows = new Map<string, Row>();

  function rowOf(from: readonly number[], atStart: boolean): Row {
    const reached = closure(from, atStart, false);
    const key = `${atStart}${reached.join()}`;
    let row = rows.get(key);
    if (!row) {
      if (rows.size >= MAX_ROWS) rows = new Map();
      const acceptsAtEnd = closure(from, atStart, true).includes(ACCEPT);
      row = { states: reached, accepts: reached.includes(ACCEPT), acceptsAtEnd, next: [] };
      rows.set(key, row);
    }
    return row;
  }

  function follow(row: Row, kind: number, code: number): Row {
    const next: number[] = [start]; // a match may begin at any character
    for (const index of row.states) {
      const state = states[index];
      if (state?.ranges?.some(([first, last]) => first <= code && code <= last)) next.push(...state.next);
    }
    const following = rowOf(next, false);
    row.next[kind] = following;
    return following;
  }

  const first = rowOf([start], true);
  return (name) => {
    let row = first;
    for (let i = 0; i < name.length && !row.accepts; i++) {
      const code = name.charCodeAt(i);
      const kind = kindOf(code);
      row = row.next[kind] ?? follow(row, kind, code);
    }
    return row.accepts || row.acceptsAtEnd;
  };
}

/** Characters that no range tells apart are of one kind, so that a row needs few columns. */
function characterKinds(ranges: readonly Range[]): (code: number) => number {
  const borders = [...new Set(ranges.flatMap(([first, last]) => [first, last + 1]))].sort((a, b) => a - b);
  const search = (code: number) => {
    let low = 0;
    let high = borders.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((borders[middle] ?? 0) <= code) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const ascii = Uint16Array.from({ length: 128 }, (_, code) => search(code));
  return (code) => ascii[code] ?? search(code);
}
