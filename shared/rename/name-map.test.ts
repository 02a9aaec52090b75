import { expect, test } from 'vitest';
import { asFault } from '../errors.ts';
import { readNameMap } from './name-map.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('old names to new names, whatever they are', () => {
  expect([...readNameMap(bytes('{"b": "c", "__proto__": "p", "10": "x", "2": "y"}'))]).toEqual([
    ['b', 'c'],
    ['__proto__', 'p'],
    ['10', 'x'],
    ['2', 'y'],
  ]);
});

test.each([
  ['["a"]', 'it is no JSON object'],
  ['{"a": 1}', "the new name of 'a' is no text"],
  ['{"a": "b", "a": "c"}', "key 'a' is given twice"],
  ['{"a": "b"', 'at byte 9'],
  ['', 'at byte 0'],
])('%s is refused', (text, why) => {
  try {
    readNameMap(bytes(text));
    expect.unreachable();
  } catch (error) {
    const fault = asFault(error);
    expect(fault.code).toBe('CP_NAMES');
    expect(fault.message).toContain(why);
  }
});
