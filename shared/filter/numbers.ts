/** Test of a number, from the text behind a key: what `size:`, `rank:`, `stage:` and `dims:` have in common. */
export type NumberTest = (n: number) => boolean;

const COMPARE: ReadonlyMap<string, (n: number, limit: number) => boolean> = new Map([
  ['>', (n, limit) => n > limit],
  ['>=', (n, limit) => n >= limit],
  ['<', (n, limit) => n < limit],
  ['<=', (n, limit) => n <= limit],
  ['=', (n, limit) => n === limit],
  ['', (n, limit) => n === limit],
]);

/**
 * `3`, `>3`, `>=3`, `<3`, `<=3`, `=3`, `1..3` (both ends included, either may be left out), `1-3`, or several of
 * these with commas, any of which may hold. `read` reads one number; undefined makes the whole text undefined.
 */
export function numberTest(text: string, read: (text: string) => number | undefined): NumberTest | undefined {
  const tests: NumberTest[] = [];
  for (const part of text.split(',')) {
    const range = /^(.*?)(?:\.\.|-)(.*)$/.exec(part);
    if (range) {
      const [, low = '', high = ''] = range;
      if (low === '' && high === '') return undefined;
      const from = low === '' ? Number.NEGATIVE_INFINITY : read(low);
      const to = high === '' ? Number.POSITIVE_INFINITY : read(high);
      if (from === undefined || to === undefined || from > to) return undefined;
      tests.push((n) => n >= from && n <= to);
      continue;
    }
    const [, sign = '', number = ''] = /^([<>]=?|=)?(.*)$/.exec(part) ?? [];
    const compare = COMPARE.get(sign);
    const limit = read(number);
    if (!compare || limit === undefined) return undefined;
    tests.push((n) => compare(n, limit));
  }
  return (n) => tests.some((holds) => holds(n));
}

export function readWhole(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
]);

/** A size in bytes: `100MB` (decimal), `1.5GiB` (binary), `512B` or `512`; the case of the unit is free. */
export function readSize(text: string): number | undefined {
  const [, number, unit = ''] = /^\s*(\d{1,15}(?:\.\d{1,15})?)\s*([A-Za-z]*)\s*$/.exec(text) ?? [];
  const factor = UNITS.get(unit === '' ? 'b' : unit.toLowerCase());
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
