import { InvalidArgumentError } from 'commander';
import { MOST_SHARES } from '../../shared/job-options.ts';
import type { Split } from '../../shared/plan/shares.ts';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `3GiB`, `500MB`, `1.5G` (binary, as `ls -h` means it) or plain bytes → bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = UNITS[(match?.[2] ?? '').toLowerCase()];
  const bytes = unit === undefined ? Number.NaN : Math.floor(Number(match?.[1]) * unit);
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw new InvalidArgumentError('Give a size such as 3GiB, 500MB or 1048576.');
  return bytes;
}

/** Each value of an option that takes several. */
export function several<T>(
  parse: (text: string) => T,
): (text: string, before?: readonly T[]) => readonly T[] {
  return (text, before = []) => [...before, parse(text)];
}

/** `key=value`, cut at the first `=`; the value may be empty. */
export function parsePair(text: string): [key: string, value: string] {
  const at = text.indexOf('=');
  if (at < 0) throw new InvalidArgumentError('Give a key with its value: key=value.');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `rank=K`. */
export function parseRank(text: string): number {
  const rank = /^rank=(\d{1,7})$/.exec(text)?.[1];
  if (rank === undefined)
    throw new InvalidArgumentError('Name the rank whose copy counts: rank=0, rank=1, ….');
  return Number(rank);
}

/** `2/4` → the second of four shares. */
export function parseSplit(text: string): Split {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text.trim());
  const [index = 0, count = 0] = (match ?? []).slice(1).map(Number);
  if (index < 1 || index > count || count > MOST_SHARES)
    throw new InvalidArgumentError('Give a share and their number, such as 2/4.');
  return { index, count };
}

/** A whole number from `min` to `max`. */
export function parseWhole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** A tolerance: any number from 0. */
export function parseTolerance(text: string): number {
  const value = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new InvalidArgumentError('Give a number such as 0.001 or 1e-5.');
  return value;
}
