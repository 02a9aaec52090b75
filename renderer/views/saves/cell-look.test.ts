import { expect, test } from 'vitest';
import type { SaveState } from '../../../shared/saves/report.ts';
import { cellLook, cellWords, type SaveCell, saveCell } from './cell-look.ts';

const save = (weightsOnly: boolean): SaveState => ({
  ...{ suffix: '1_10', run: 0, weightsOnly, fileName: 'a', missing: [], damaged: [], bytes: 0 },
});
const palette = (token: string) => token;
const look = (cell: SaveCell) => cellLook(cell, cellWords()[cell], palette);

test('whole files of weights alone are told apart; a damaged file is damaged whatever it held', () => {
  expect(saveCell('whole', save(false))).toBe('whole');
  expect(saveCell('whole', save(true))).toBe('weights');
  expect(saveCell('damaged', save(true))).toBe('damaged');
});

test('what is missing is hatched, what is damaged has the colours of an error', () => {
  expect(look('whole')).toEqual({ text: 'whole', ink: 'slice-ink', fill: 'slice-0' });
  expect(look('missing')).toMatchObject({ text: 'missing', hatch: 'line' });
  expect(look('damaged')).toMatchObject({ text: 'damaged', ink: 'error-text' });
});
