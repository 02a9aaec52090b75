import { expect, test } from 'vitest';
import { t, translateWith } from './t.ts';

test('English is what the source says; one of something has its own form', () => {
  expect(t('Cancel')).toBe('Cancel');
  expect(t('Read {{path}}', { path: '{{count}} $1 $&' })).toBe('Read {{count}} $1 $&');
  expect(t('{{count}} jobs', { count: 1 })).toBe('1 job');
  expect(t('{{count}} jobs', { count: 1155 })).toBe('1,155 jobs');
});

test('another language takes over', () => {
  translateWith((sentence, { count }) => `${sentence.length} ${count}`);
  expect(t('{{count}} jobs', { count: 2 })).toBe('14 2');
});
