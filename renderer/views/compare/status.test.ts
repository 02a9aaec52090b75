import { expect, test } from 'vitest';
import { toleranceWords } from './status.ts';

test('a tolerance is told, as what NumPy’s isclose lets pass; without one there is nothing to tell', () => {
  const request = { a: { path: '/a' }, b: { path: '/b' } };
  expect(toleranceWords(request)).toBeUndefined();
  expect(toleranceWords({ ...request, atol: 0, rtol: 0 })).toBeUndefined();
  expect(toleranceWords({ ...request, atol: 0.001 })).toBe('Values up to 0.001 apart count as equal.');
  expect(toleranceWords({ ...request, atol: 1e-8, rtol: 0.01 })).toBe(
    'Values up to 1e-8 + 0.01 × |B| apart count as equal.',
  );
});
