import { JsonError } from './error.ts';
import { JsonScanner } from './scanner.ts';

/**
 * The children of one container of a JSON text, told by where they end: 8 bytes a child, so the 497,000 tensors of
 * the largest known index take 4 MB whatever their names are.
 */
export interface JsonChildren {
  readonly keyed: boolean;
  /** Offset in the text behind the opening bracket. */
  readonly begin: number;
  /** Offset behind each child, ascending. The child's key and value lie between the end before and this. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Children of each child; 0 for texts, numbers and words. */
  readonly counts: Uint32Array<ArrayBuffer>;
}

export interface ScannedChildren {
  /** Absent when not even the container's beginning can be read. */
  readonly children?: JsonChildren;
  /** Where the text stops to be JSON; the children are those before. */
  readonly fault?: { readonly offset: number; readonly reason: string };
}

/**
 * The children of the container that is the value of an entry.
 *
 * @param bytes the entry: from the end of the one before it (with its comma) to its own; of the root, the whole text
 * @param from where `bytes` begin in the text
 * @param keyed the entry has a key
 */
export function scanChildren(bytes: Uint8Array, from: number, keyed: boolean): ScannedChildren {
  const ends: number[] = [];
  const counts: number[] = [];
  let opened: { readonly keyed: boolean; readonly begin: number } | undefined;
  let fault: ScannedChildren['fault'];
  try {
    const scanner = new JsonScanner(bytes);
    passKey(scanner, keyed);
    const type = scanner.type();
    if (type !== 'object' && type !== 'list') scanner.fail('a value that is no object or list');
    opened = { keyed: type === 'object', begin: from + scanner.at + 1 };
    const visit = () => {
      counts.push(passValue(scanner));
      ends.push(from + scanner.at);
    };
    if (type === 'object') scanner.members(visit);
    else scanner.items(visit);
    scanner.end();
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    fault = { offset: from + error.offset, reason: error.reason };
  }
  // What was read of a child that is cut has a count without an end.
  const children = opened && {
    ...opened,
    ends: Uint32Array.from(ends),
    counts: Uint32Array.from(counts.slice(0, ends.length)),
  };
  return { ...(children && { children }), ...(fault && { fault }) };
}

/** Passes an entry's comma, its key and the colon. */
function passKey(scanner: JsonScanner, keyed: boolean): void {
  if (scanner.peek() === 0x2c) scanner.at++;
  if (!keyed) return;
  scanner.string();
  if (scanner.peek() === 0x3a) scanner.at++;
}

/** Passes a value; how many children it has itself. */
function passValue(scanner: JsonScanner): number {
  const type = scanner.type();
  let count = 0;
  const visit = () => {
    count++;
    scanner.skip();
  };
  if (type === 'object') scanner.members(visit);
  else if (type === 'list') scanner.items(visit);
  else scanner.skip();
  return count;
}

/** The child that holds the text's byte `offset`: the first that ends behind it. */
export function childAt({ ends }: JsonChildren, offset: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Bytes of the text from which to which a child is, its comma and key included. */
export function spanOf({ begin, ends }: JsonChildren, index: number): readonly [from: number, to: number] {
  return [index === 0 ? begin : (ends[index - 1] ?? begin), ends[index] ?? begin];
}
