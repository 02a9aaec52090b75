import type { JsonType } from './scanner.ts';

/** One entry of a JSON container as it is written: as much of it as fits into a row. */
export interface JsonEntry {
  /** Decoded; absent in lists. */
  readonly key?: string;
  readonly type: JsonType;
  /** The value as it is written, white space between its parts as one space. */
  readonly text: string;
  /** More is written than `text` (or than the key) shows. */
  readonly cut: boolean;
  /** Where the value begins, counted from the beginning of the entry. */
  readonly valueAt: number;
}

/** Longest text of a value in a row, in characters. */
export const ROW_CHARACTERS = 300;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads an entry of which its JSON is known to be sound, from its first bytes alone where it is long.
 *
 * @param bytes the entry's comma, key and value, or their beginning
 * @param whole all of the entry is in `bytes`
 */
export function readEntry(bytes: Uint8Array, keyed: boolean, whole: boolean): JsonEntry {
  let at = afterSpace(bytes, 0);
  if (bytes[at] === 0x2c) at = afterSpace(bytes, at + 1);
  let key: string | undefined;
  if (keyed) {
    const end = endOfString(bytes, at);
    key = decoded(bytes.subarray(at + 1, end));
    at = afterSpace(bytes, end + 1);
    if (bytes[at] === 0x3a) at = afterSpace(bytes, at + 1);
  }
  const raw = utf8.decode(bytes.subarray(at, at + 4 * ROW_CHARACTERS));
  const type = typeOf(raw);
  const text = type === 'object' || type === 'list' ? closeUp(raw) : raw;
  const shown = text.slice(0, ROW_CHARACTERS);
  return {
    ...(key !== undefined && { key }),
    type,
    text: shown,
    cut: !whole || shown.length < text.length || at + 4 * ROW_CHARACTERS < bytes.length,
    valueAt: at,
  };
}

/** The text between a string's quotes; what its bytes are where they are only its beginning. */
function decoded(bytes: Uint8Array): string {
  const raw = utf8.decode(bytes);
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}

/** Offset of the closing quote of the string that begins at `at`; the end of the bytes when it lies behind them. */
function endOfString(bytes: Uint8Array, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    if (bytes[i] === 0x5c) i++;
    else if (bytes[i] === 0x22) return i;
  }
  return bytes.length;
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

const TYPES: Readonly<Record<string, JsonType>> = {
  '{': 'object',
  '[': 'list',
  '"': 'string',
  t: 'true',
  f: 'false',
  n: 'null',
};

function typeOf(raw: string): JsonType {
  return TYPES[raw.charAt(0)] ?? 'number';
}

/** White space outside of strings as one space, so that what was written over many lines fits into one. */
function closeUp(raw: string): string {
  return raw.replace(/"(?:[^"\\]|\\.)*"?|\s+/gs, (part) => (part.startsWith('"') ? part : ' '));
}
