// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { MiddleText } from './middle-text.tsx';

afterEach(cleanup);

test.each([
  ['model.layers.0.ffn_norm.weight', ['model.layers', '.0.ffn_norm.weight']],
  // Not cut behind its first letter, where a gap would be seen.
  ['t.F8_E4M3FNUZ', ['t.F8_E', '4M3FNUZ']],
])('%s is cut where its middle may give way, and is read in one piece', (text, pieces) => {
  const { container } = render(<MiddleText text={text} />);
  const hidden = [...container.querySelectorAll('[aria-hidden]')].map(({ textContent }) => textContent);
  expect(hidden).toEqual(pieces);
  expect(container.querySelector('.for-screen-readers')?.textContent).toBe(text);
});

test('a name that is read from right to left stays in one piece', () => {
  const { container } = render(<MiddleText text="نموذج.طبقة.٠.وزن.weight" />);
  expect(container.querySelector('[aria-hidden]')).toBeNull();
  expect(container.textContent).toBe('نموذج.طبقة.٠.وزن.weight');
});
