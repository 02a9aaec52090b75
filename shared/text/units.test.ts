import { expect, test } from 'vitest';
import { formatDuration } from './duration.ts';
import { formatBytes, formatCount, formatParameters, formatRate, formatShape } from './units.ts';

test('bytes in IEC units', () => {
  expect([0, 1, 1023, 1024, 14_336, 135_790_592].map(formatBytes)).toEqual([
    '0 B',
    '1 B',
    '1023 B',
    '1.0 KiB',
    '14.0 KiB',
    '129.5 MiB',
  ]);
  expect(formatBytes(152_064 * 3584 * 2)).toBe('1.02 GiB');
  expect(formatBytes(70.9 * 1024 ** 3)).toBe('70.9 GiB');
  expect(formatBytes(2 ** 40)).toBe('1.00 TiB');
  expect(formatBytes(1000 * 2 ** 30)).toBe('0.98 TiB');
  expect(formatBytes(1000 * 2 ** 10)).toBe('0.98 MiB');
  expect(formatBytes(999.9 * 2 ** 30)).toBe('999.9 GiB');
});

test('rounding up moves to the next unit', () => {
  expect(formatBytes(1024 ** 2 - 1)).toBe('1.0 MiB');
  expect(formatBytes(1024 ** 3 - 1)).toBe('1.00 GiB');
  expect(formatParameters(999_999)).toBe('1.00 M');
  expect(formatParameters(999_400)).toBe('999 K');
});

test('counts, parameters, rates', () => {
  expect(formatCount(1155)).toBe('1,155');
  expect(formatCount(67_895_296)).toBe('67,895,296');
  expect(formatCount(7)).toBe('7');
  expect(formatCount(9_007_199_254_740_993n)).toBe('9,007,199,254,740,993');
  expect([512, 12_345, 494_032_768, 7_615_616_512, 1.04e12].map(formatParameters)).toEqual([
    '512',
    '12.3 K',
    '494 M',
    '7.62 B',
    '1.04 T',
  ]);
  expect(formatRate(1.9 * 1024 ** 3)).toBe('1.9 GiB/s');
  expect(formatRate(0)).toBe('0 B/s');
});

test('durations as a person says them', () => {
  expect([0.2, 1, 14.4, 59, 60, 118, 3599, 3600, 4800, 20_000].map(formatDuration)).toEqual([
    'less than a second',
    '1 second',
    '14 seconds',
    '59 seconds',
    'about 1 minute',
    'about 2 minutes',
    'about 1 hour',
    'about 1 hour',
    'about 1 hour 20 minutes',
    'about 6 hours',
  ]);
});

test('shapes, with dimensions above 2^53 digit for digit', () => {
  expect(formatShape([3584, 18_944])).toBe('3584 × 18944');
  expect(formatShape([])).toBe('scalar');
  expect(formatShape([0, '18446744073709551615'])).toBe('0 × 18446744073709551615');
});
