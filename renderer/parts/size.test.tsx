// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { Size, Sizes } from './size.tsx';

afterEach(cleanup);

test('a size has its exact bytes on hover', () => {
  render(<Size bytes={135_790_592} />);
  expect(screen.getByTitle('135,790,592 bytes').textContent).toBe('129.5 MiB');
});

test('each size in a sentence has its own, in whatever order they are said', () => {
  const { container } = render(
    <Sizes text="101.8 KiB of 193.5 KiB are copies, 1.8 KiB not" bytes={[198_144, 104_243, 1843, 77]} />,
  );
  expect(container.textContent).toBe('101.8 KiB of 193.5 KiB are copies, 1.8 KiB not');
  const sizes = [...container.querySelectorAll('data')].map(({ textContent, title }) => [textContent, title]);
  expect(sizes).toEqual([
    ['101.8 KiB', '104,243 bytes'],
    ['193.5 KiB', '198,144 bytes'],
    ['1.8 KiB', '1,843 bytes'],
  ]);
});
