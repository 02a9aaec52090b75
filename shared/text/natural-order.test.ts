import fc from 'fast-check';
import { expect, test } from 'vitest';
import { naturalCompare } from './natural-order.ts';

test('numbers in names count as numbers', () => {
  const names = ['layers.10.w', 'layers.2.w', 'layers.1.w', 'layers', 'layers.2', 'layers.02.w', 'a'];
  expect(names.sort(naturalCompare)).toEqual([
    'a',
    'layers',
    'layers.1.w',
    'layers.2',
    'layers.2.w',
    'layers.02.w',
    'layers.10.w',
  ]);
});

test('a difference inside a number is decided by the whole number', () => {
  expect(naturalCompare('x19', 'x110')).toBeLessThan(0);
  expect(naturalCompare('x100y', 'x10z')).toBeGreaterThan(0);
  expect(naturalCompare('x2', 'x10')).toBeLessThan(0);
  expect(naturalCompare('x007', 'x7')).toBeGreaterThan(0);
  expect(naturalCompare('x0070', 'x8')).toBeGreaterThan(0);
});

test('numbers past 2^53 keep every digit', () => {
  expect(naturalCompare('t9007199254740993', 't9007199254740992')).toBeGreaterThan(0);
  expect(naturalCompare(`t${'9'.repeat(400)}`, `t1${'0'.repeat(400)}`)).toBeLessThan(0);
});

/** The definition, slowly: runs of digits by value then length, other characters by code unit. */
function byTokens(a: string, b: string): number {
  const split = (text: string) => text.match(/[0-9]+|[^0-9]/gs) ?? [];
  const x = split(a);
  const y = split(b);
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p, q] = [x[i] ?? '', y[i] ?? ''];
    if (p === q) continue;
    if (!/^[0-9]/.test(p) || !/^[0-9]/.test(q)) return p < q ? -1 : 1;
    const difference = BigInt(p) - BigInt(q);
    return difference === 0n ? p.length - q.length : difference < 0n ? -1 : 1;
  }
  return x.length - y.length;
}

test('equals the order defined by tokens, so it is total and keeps prefixes together', () => {
  const name = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', 'a', '_'), maxLength: 8 });
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(Math.sign(naturalCompare(a, b))).toBe(Math.sign(byTokens(a, b)));
    }),
    { seed: 1, numRuns: 2000 },
  );
});
