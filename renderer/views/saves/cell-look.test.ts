import { expect, test } from 'vitest';
import type { SaveState } from '../../../shared/saves/report.ts';
import { cellLook, saveCell } from './cell-look.ts';

const save = (weightsOnly: boolean): SaveState => ({
  ...{ suffix: '1_10', run: 0, weightsOnly, fileName: 'a', missing: [], damaged: [], bytes: 0 },
});
const palette = (token: string) => token;

test('whole files of weights alone are told apart; a damaged file is damaged whatever it held', () => {
  expect(saveCell('whole', save(false))).toBe('whole');
  expect(saveCell('whole', save(true))).toBe('weights');
  expect(saveCell('damaged', save(true))).toBe('damaged');
});

test('what is missing is hatched, what is damaged has the colours of an error', () => {
  expect(cellLook('whole', palette)).toEqual({ text: 'whole', ink: 'slice-ink', fill: 'slice-0' });
  expect(cellLook('missing', palette)).toMatchObject({ text: 'missing', hatch: 'line' });
  expect(cellLook('damaged', palette)).toMatchObject({ text: 'damaged', ink: 'error-text' });
});
