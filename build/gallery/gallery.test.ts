import { expect, test } from 'vitest';
import { VIEWS } from '../../renderer/views/index.ts';
import { PICTURES } from './pictures.ts';

test('every view has its pictures, in the order of the left panel', () => {
  expect(Object.keys(PICTURES)).toEqual(VIEWS.map(({ id }) => id));
});
