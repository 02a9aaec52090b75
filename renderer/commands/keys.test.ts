import { expect, test } from 'vitest';
import { capsOf, isStroke, type KeysDown } from './keys.ts';

function down(key: string, held: Partial<KeysDown> = {}): KeysDown {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

test('a stroke has the modifiers that it names and no others', () => {
  expect(isStroke('mod+k', down('k', { ctrlKey: true }))).toBe(true);
  expect(isStroke('mod+k', down('k', { metaKey: true }))).toBe(true);
  expect(isStroke('mod+k', down('k'))).toBe(false);
  expect(isStroke('mod+k', down('K', { ctrlKey: true, shiftKey: true }))).toBe(false);
  expect(isStroke('m', down('m'))).toBe(true);
  expect(isStroke('m', down('m', { ctrlKey: true }))).toBe(false);
  expect(isStroke('alt+ArrowLeft', down('ArrowLeft', { altKey: true }))).toBe(true);
  expect(isStroke('alt+ArrowLeft', down('ArrowLeft', { altKey: true, shiftKey: true }))).toBe(false);
  expect(isStroke('alt+w', down('∑', { altKey: true, code: 'KeyW' }))).toBe(true);
});

test('a sign is one however it is typed; a letter with Shift is another', () => {
  expect(isStroke('?', down('?', { shiftKey: true }))).toBe(true);
  expect(isStroke('/', down('/', { shiftKey: true }))).toBe(true);
  expect(isStroke('g', down('G', { shiftKey: true }))).toBe(false);
});

test('the caps of keys', () => {
  expect(capsOf('mod+k')).toEqual(['Ctrl', 'K']);
  expect(capsOf('g t')).toEqual(['g', 't']);
  expect(capsOf('alt+ArrowLeft')).toEqual(['Alt', '←']);
});
