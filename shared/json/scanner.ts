import { escapeText } from '../text/escape.ts';
import { JsonError, type JsonErrorKind } from './error.ts';
import { decodeUtf8 } from './utf8.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** What a value is, told by its first character. */
export type JsonType = 'object' | 'list' | 'string' | 'number' | 'true' | 'false' | 'null';

const LITERALS = ['true', 'false', 'null'] as const;

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [QUOTE, '"'],
  [BACKSLASH, '\\'],
  [0x2f, '/'],
  [0x62, '\b'],
  [0x66, '\f'],
  [0x6e, '\n'],
  [0x72, '\r'],
  [0x74, '\t'],
]);

/** Characters that numbers and words are made of: `+ - .`, digits, letters. */
function isTokenByte(byte: number): boolean {
  const letter = byte | 0x20;
  const digit = byte >= ZERO && byte <= NINE;
  return digit || byte === 0x2b || byte === MINUS || byte === 0x2e || (letter >= 0x61 && letter <= 0x7a);
}

/**
 * Reads strict JSON (RFC 8259) value by value from bytes, as serde_json does, which safetensors relies on:
 * strict UTF-8, no byte order mark, no lone surrogates, at most 127 levels, nothing behind the value.
 * The caller says what it expects, so that nothing is built only to be thrown away: a header of 68 MB with
 * 497,000 tensors is scanned at about 100 MB a second, where `JSON.parse` rounds integers and loses duplicates.
 */
export class JsonScanner {
  /** Byte offset of the next character. */
  at = 0;
  readonly bytes: Uint8Array;
  readonly #text: string;
  readonly #maxDepth: number;
  #depth = 0;

  constructor(bytes: Uint8Array, maxDepth = 128) {
    this.bytes = bytes;
    const text = decodeUtf8(bytes);
    // As many UTF-16 units as bytes means ASCII throughout: then strings are slices of the decoded text.
    this.#text = text.length === bytes.length ? text : '';
    this.#maxDepth = maxDepth;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.fail('byte order mark before JSON');
  }

  fail(reason: string, kind: JsonErrorKind = 'syntax', offset: number = this.at): never {
    throw new JsonError(kind, offset, reason);
  }

  /** Passes whitespace; the next byte, or -1 at the end. */
  peek(): number {
    const bytes = this.bytes;
    let at = this.at;
    let byte = bytes[at] ?? -1;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at] ?? -1;
    this.at = at;
    return byte;
  }

  type(): JsonType {
    const byte = this.peek();
    if (byte === 0x7b) return 'object';
    if (byte === 0x5b) return 'list';
    if (byte === QUOTE) return 'string';
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return 'number';
    for (const word of LITERALS) if (this.#isNext(word)) return word;
    return this.#unexpected('a value');
  }

  /** Reads an object; `visit` gets each key and must consume its value. */
  members(visit: (key: string) => void): void {
    this.#enter(0x7b, "'{'");
    if (this.peek() === 0x7d) this.at++;
    else
      for (;;) {
        if (this.peek() !== QUOTE) this.#unexpected('a key in double quotes');
        const key = this.string();
        if (this.peek() !== 0x3a) this.#unexpected("':'");
        this.at++;
        visit(key);
        const byte = this.peek();
        if (byte !== 0x2c && byte !== 0x7d) this.#unexpected("',' or '}'");
        this.at++;
        if (byte === 0x7d) break;
      }
    this.#depth--;
  }

  /** Reads a list; `visit` must consume one item. */
  items(visit: () => void): void {
    this.#enter(0x5b, "'['");
    if (this.peek() === 0x5d) this.at++;
    else
      for (;;) {
        visit();
        const byte = this.peek();
        if (byte !== 0x2c && byte !== 0x5d) this.#unexpected("',' or ']'");
        this.at++;
        if (byte === 0x5d) break;
      }
    this.#depth--;
  }

  string(): string {
    if (this.peek() !== QUOTE) this.#unexpected('a string');
    const bytes = this.bytes;
    const from = this.at + 1;
    let at = from;
    let byte = bytes[at] ?? -1;
    let ascii = true;
    while (byte !== QUOTE && byte !== BACKSLASH && byte >= 0x20) {
      if (byte >= 0x80) ascii = false;
      byte = bytes[++at] ?? -1;
    }
    if (byte !== QUOTE) return this.#escapedString(from, at);
    this.at = at + 1;
    return this.#slice(from, at, ascii);
  }

  /** The rest of a string from its first escape on (or its fault). */
  #escapedString(from: number, firstEscape: number): string {
    const bytes = this.bytes;
    let result = this.#slice(from, firstEscape, false);
    let at = firstEscape;
    for (;;) {
      const byte = bytes[at] ?? -1;
      if (byte === QUOTE) break;
      if (byte === -1) this.fail('the JSON ends inside a string', 'syntax', at);
      if (byte < 0x20) this.fail('control character inside a string', 'syntax', at);
      if (byte === BACKSLASH) {
        this.at = at;
        result += this.#escape();
        at = this.at;
        continue;
      }
      const start = at;
      let next = byte;
      while (next !== QUOTE && next !== BACKSLASH && next >= 0x20) next = bytes[++at] ?? -1;
      result += this.#slice(start, at, false);
    }
    this.at = at + 1;
    return result;
  }

  #slice(from: number, to: number, ascii: boolean): string {
    if (this.#text !== '') return this.#text.slice(from, to);
    // Short ASCII strings (field names, dtypes) are quicker put together than decoded.
    if (ascii && to - from < 16) return String.fromCharCode(...this.bytes.subarray(from, to));
    return decodeUtf8(this.bytes.subarray(from, to));
  }

  #escape(): string {
    const start = this.at;
    const letter = this.bytes[start + 1] ?? -1;
    this.at = start + 2;
    const short = ESCAPES.get(letter);
    if (short !== undefined) return short;
    if (letter !== 0x75) this.fail('unknown escape in a string', 'syntax', start);
    const unit = this.#hex();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    const paired = unit < 0xdc00 && this.bytes[this.at] === BACKSLASH && this.bytes[this.at + 1] === 0x75;
    if (!paired) this.fail('half a surrogate pair in a string', 'syntax', start);
    this.at += 2;
    const low = this.#hex();
    if (low < 0xdc00 || low > 0xdfff) this.fail('half a surrogate pair in a string', 'syntax', start);
    return String.fromCharCode(unit, low);
  }

  #hex(): number {
    let unit = 0;
    for (let k = 0; k < 4; k++) {
      const byte = this.bytes[this.at + k] ?? -1;
      const digit = byte <= NINE ? byte - ZERO : (byte | 0x20) - 0x57;
      if (digit < 0 || digit > 15 || (byte > NINE && digit < 10))
        this.fail('\\u needs four hex digits', 'syntax', this.at);
      unit = unit * 16 + digit;
    }
    this.at += 4;
    return unit;
  }

  /** An unsigned integer, exact: a bigint above 2^53. `undefined` (nothing consumed) for any other value. */
  unsigned(): number | bigint | undefined {
    const first = this.peek();
    if (first < ZERO || first > NINE) return undefined;
    const bytes = this.bytes;
    let at = this.at;
    let value = 0;
    let byte = first;
    while (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      byte = bytes[++at] ?? -1;
    }
    if (first === ZERO && at > this.at + 1) this.fail('number with a leading zero');
    if (byte === 0x2e || byte === 0x65 || byte === 0x45) return undefined;
    // Past 309 digits: serde_json refuses it, and making a bigint of millions of digits takes minutes.
    if (!Number.isFinite(value)) this.fail('number out of range');
    const from = this.at;
    this.at = at;
    return value <= Number.MAX_SAFE_INTEGER ? value : BigInt(this.#slice(from, at, true));
  }

  /** Any number: integers exact (a bigint beyond ±2^53), others as the nearest double. */
  number(): number | bigint {
    const plain = this.unsigned();
    if (plain !== undefined) return plain;
    const token = this.token();
    if (!/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(token)) this.fail('malformed number');
    const value = Number(token);
    if (!Number.isFinite(value)) this.fail('number out of range');
    this.at += token.length;
    return /[.eE]/.test(token) || Number.isSafeInteger(value) ? value : BigInt(token);
  }

  /** The characters of the number or word that comes next, not consumed. For numbers and messages. */
  token(): string {
    this.peek();
    let end = this.at;
    while (isTokenByte(this.bytes[end] ?? 0)) end++;
    return this.#slice(this.at, end, true);
  }

  /** Passes `true`, `false` or `null`, as found by `type()`. */
  word(word: (typeof LITERALS)[number]): void {
    if (!this.#isNext(word)) this.#unexpected(word);
    this.at += word.length;
  }

  /** Passes any value, checking that it is JSON (a key given twice is no fault in what nobody reads). */
  skip(): void {
    const type = this.type();
    if (type === 'object') this.members(() => this.skip());
    else if (type === 'list') this.items(() => this.skip());
    else if (type === 'string') this.string();
    else if (type === 'number') this.number();
    else this.word(type);
  }

  /** Nothing but whitespace may follow. */
  end(): void {
    if (this.peek() !== -1) this.#unexpected('the end');
  }

  #enter(open: number, name: string): void {
    if (this.peek() !== open) this.#unexpected(name);
    if (++this.#depth >= this.#maxDepth) this.fail(`nested ${this.#maxDepth} levels deep or more`, 'depth');
    this.at++;
  }

  #isNext(word: string): boolean {
    for (let k = 0; k < word.length; k++) if (this.bytes[this.at + k] !== word.charCodeAt(k)) return false;
    return true;
  }

  #unexpected(expected: string): never {
    const byte = this.peek();
    if (byte === -1) this.fail(`the JSON ends where ${expected} should come`);
    const found = byte < 0x80 ? `'${escapeText(String.fromCharCode(byte))}'` : `0x${byte.toString(16)}`;
    this.fail(`${found} where ${expected} should come`);
  }
}
