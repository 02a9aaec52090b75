/**
 * Syntax of the regular expressions in a filter: the part of JavaScript's that a finite automaton can match, so
 * that no pattern can take more than linear time (`automaton.ts`). Left out, with a sentence: back references,
 * look-ahead and look-behind, `\b`, `\p{…}`.
 */

/** UTF-16 code units from `first` to `last`, both included. */
export type Range = readonly [first: number, last: number];

export type Node =
  | { readonly type: 'set'; readonly ranges: readonly Range[] }
  | { readonly type: 'start' }
  | { readonly type: 'end' }
  | { readonly type: 'sequence'; readonly parts: readonly Node[] }
  | { readonly type: 'choice'; readonly parts: readonly Node[] }
  | { readonly type: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

const LAST = 0xffff;
const DIGIT: Range[] = [[48, 57]];
const WORD: Range[] = [...DIGIT, [65, 90], [95, 95], [97, 122]];
const SPACE: Range[] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x2028, 0x2029],
  [0xfeff, 0xfeff],
];
const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['f', 12],
  ['v', 11],
  ['0', 0],
]);

function invert(ranges: readonly Range[]): Range[] {
  const inverted: Range[] = [];
  let from = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > from) inverted.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  if (from <= LAST) inverted.push([from, LAST]);
  return inverted;
}

const HYPHEN: Range = [45, 45];

/** The one character that the ranges mean, if it is one. */
function single(ranges: readonly Range[]): number | undefined {
  const [range, second] = ranges;
  return range && !second && range[0] === range[1] ? range[0] : undefined;
}

const NOT_NEWLINE = invert([
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]);

/** Adds the other case of every letter: ASCII by range, others where the range is a single character. */
function bothCases(ranges: readonly Range[]): Range[] {
  const both = [...ranges];
  const shifted = (first: number, last: number, from: number, to: number, by: number) => {
    if (first <= to && last >= from) both.push([Math.max(first, from) + by, Math.min(last, to) + by]);
  };
  for (const [first, last] of ranges) {
    shifted(first, last, 65, 90, 32);
    shifted(first, last, 97, 122, -32);
    if (first !== last || first < 128) continue;
    const letter = String.fromCharCode(first);
    for (const other of [letter.toLowerCase(), letter.toUpperCase()])
      if (other.length === 1) both.push([other.charCodeAt(0), other.charCodeAt(0)]);
  }
  return both;
}

/** Parses a pattern that `new RegExp` accepts. Throws a SyntaxError with a sentence for what is left out. */
export function parsePattern(pattern: string, ignoreCase: boolean): Node {
  let at = 0;
  const peek = () => pattern[at];
  const fold = (ranges: Range[]) => (ignoreCase ? bothCases(ranges) : ranges);
  const eat = (text: string) => {
    if (!pattern.startsWith(text, at)) return false;
    at += text.length;
    return true;
  };

  function choice(): Node {
    const parts = [sequence()];
    while (eat('|')) parts.push(sequence());
    return parts.length === 1 && parts[0] ? parts[0] : { type: 'choice', parts };
  }

  function sequence(): Node {
    const parts: Node[] = [];
    while (at < pattern.length && peek() !== '|' && peek() !== ')') parts.push(repeated(atom()));
    return { type: 'sequence', parts };
  }

  function repeated(part: Node): Node {
    const counts = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(pattern.slice(at, at + 32));
    if (!counts) return part;
    at += counts[0].length;
    eat('?'); // lazy or not: the same names match
    const [sign, low, comma, high] = counts;
    if (sign === '*') return { type: 'repeat', part, min: 0, max: Number.POSITIVE_INFINITY };
    if (sign === '+') return { type: 'repeat', part, min: 1, max: Number.POSITIVE_INFINITY };
    if (sign === '?') return { type: 'repeat', part, min: 0, max: 1 };
    const max = comma === undefined ? Number(low) : high ? Number(high) : Number.POSITIVE_INFINITY;
    return { type: 'repeat', part, min: Number(low), max };
  }

  function atom(): Node {
    if (eat('^')) return { type: 'start' };
    if (eat('$')) return { type: 'end' };
    if (eat('.')) return { type: 'set', ranges: NOT_NEWLINE };
    if (eat('[')) return { type: 'set', ranges: characterClass() };
    if (eat('(')) {
      if (!eat('?:') && peek() === '?') throw new SyntaxError('look-ahead and look-behind are not supported');
      const inner = choice();
      at++; // the closing parenthesis: RegExp has checked that it is there
      return inner;
    }
    return { type: 'set', ranges: fold(eat('\\') ? escaped(false) : literal()) };
  }

  function literal(): Range[] {
    const code = pattern.charCodeAt(at++);
    return [[code, code]];
  }

  function escaped(inClass: boolean): Range[] {
    const letter = pattern[at++] ?? '';
    const hex = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/i.exec(pattern.slice(at - 1, at + 4));
    const code = hex ? Number.parseInt(hex[1] ?? hex[2] ?? '', 16) : CONTROLS.get(letter);
    if (hex) at += hex[0].length - 1;
    if (code !== undefined) return [[code, code]];
    if (letter === 'd') return DIGIT;
    if (letter === 'D') return invert(DIGIT);
    if (letter === 'w') return WORD;
    if (letter === 'W') return invert(WORD);
    if (letter === 's') return SPACE;
    if (letter === 'S') return invert(SPACE);
    if (letter === 'b' && inClass) return [[8, 8]];
    if (/[0-9A-Za-z]/.test(letter)) throw new SyntaxError(`\\${letter} is not supported`);
    at--;
    return literal();
  }

  function characterClass(): Range[] {
    const negated = eat('^');
    const ranges: Range[] = [];
    while (!eat(']')) {
      const low = eat('\\') ? escaped(true) : literal();
      ranges.push(...low);
      if (peek() !== '-' || pattern[at + 1] === ']') continue;
      at++;
      const high = eat('\\') ? escaped(true) : literal();
      const [from, to] = [single(low), single(high)];
      // `[\d-x]` is no range: it means a digit, a hyphen or an x.
      ranges.push(...(from !== undefined && to !== undefined ? [[from, to] as const] : [HYPHEN, ...high]));
    }
    return negated ? invert(fold(ranges)) : fold(ranges);
  }

  return choice();
}
