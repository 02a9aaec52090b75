import { expect, test } from 'vitest';
import { findText } from './find-text.ts';

const places = (json: string, text: string) => Array.from(findText(new TextEncoder().encode(json), text));

test('ASCII letters in either case, all else as it is', () => {
  expect(places('{"Model.WQ":1,"model.wq":2}', 'wq')).toEqual([8, 21]);
  expect(places('{"a.b":1,"axb":2}', 'a.b')).toEqual([2]);
  // É and é differ in one byte, which is another letter as Latin-1.
  expect(places('{"É":1,"é":2}', 'é')).toEqual([9]);
});

test('escaped as JSON or Python writes it', () => {
  expect(places('{"a":"\\u6743\\u91cd","b":"权重"}', '权重')).toEqual([6, 25]);
  expect(places('{"a":"say \\"hi\\""}', '"hi"')).toEqual([10]);
});

test('nothing is nothing', () => {
  expect(places('{"a":1}', 'b')).toEqual([]);
});
