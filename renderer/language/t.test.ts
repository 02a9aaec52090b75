import { afterEach, expect, test } from 'vitest';
import { speak, t } from './t.ts';

afterEach(() => speak('en'));

test('English is what the source says; one of something has its own form', () => {
  expect(t('Cancel')).toBe('Cancel');
  expect(t('{{count}} jobs', { count: 1 })).toBe('1 job');
  expect(t('{{count}} jobs', { count: 1155 })).toBe('1,155 jobs');
});

test('Chinese has one form for any number', () => {
  speak('zh-CN');
  expect(t('Cancel')).toBe('取消');
  expect(t('{{count}} jobs', { count: 1 })).toBe('1 个任务');
  expect(t('{{count}} jobs', { count: 1155 })).toBe('1,155 个任务');
});

test('a sentence without Chinese stays English', () => {
  speak('zh-CN');
  expect(t('no such sentence: a.b')).toBe('no such sentence: a.b');
});

test('a value is shown as it is, whatever it holds', () => {
  const name = '<b>{{x}} $t(Cancel) & "quoted"</b>';
  expect(t('Read {{path}}', { path: name })).toBe(`Read ${name}`);
  expect(t('Read {{path}}', { path: 12345 })).toBe('Read 12345');
});
