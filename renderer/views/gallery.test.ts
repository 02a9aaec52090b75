import { expect, test } from 'vitest';
import { PICTURES } from '../../build/gallery/pictures.ts';
import { VIEWS } from './index.ts';

test('every view has its pictures in the gallery, in the order of the left panel', () => {
  expect(Object.keys(PICTURES)).toEqual(VIEWS.map(({ id }) => id));
});
