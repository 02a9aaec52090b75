import { afterEach, expect, test } from 'vitest';
import { speak } from '../../language/t.ts';
import { fileColumns } from './columns.tsx';

afterEach(() => speak('en'));

test('headings are names, the same in every language: an address says by which of them files are sorted', () => {
  const headings = () => fileColumns([]).map(({ heading }) => heading);
  const english = headings();
  expect(english).toContain('Size');
  speak('zh-CN');
  expect(headings()).toEqual(english);
});
