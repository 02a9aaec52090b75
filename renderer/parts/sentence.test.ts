import { expect, test } from 'vitest';
import { sentence } from './sentence.ts';

test('one stop at the end, whichever language it is in', () => {
  expect(sentence('no strategy was found')).toBe('No strategy was found.');
  expect(sentence('It is there.')).toBe('It is there.');
  expect(sentence('未找到切分策略。')).toBe('未找到切分策略。');
});

test('a name in front keeps its letters', () => {
  expect(sentence('model.norm is missing')).toBe('model.norm is missing.');
});
