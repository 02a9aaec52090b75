import { expect, test } from 'vitest';
import { escapeCsv, escapeText, escapeTsv } from './escape.ts';

test('ordinary names of every script pass as they are', () => {
  for (const name of ['model.layers.0.w', 'naïve', '层.权重', '😀', 'a b', 'C:\\x', '<b>', ''])
    expect(escapeText(name)).toBe(name);
});

test('controls, separators, bidirectional and zero width characters are written out', () => {
  expect(escapeText('a\n\t\r\0')).toBe('a\\n\\t\\r\\u0000');
  expect(escapeText('\u001b[31m\u007f\u0085\u009b')).toBe('\\u001b[31m\\u007f\\u0085\\u009b');
  expect(escapeText('\u2028\u2029')).toBe('\\u2028\\u2029');
  expect(escapeText('\u202a\u202e\u2066\u2069\u200e\u061c')).toBe(
    '\\u202a\\u202e\\u2066\\u2069\\u200e\\u061c',
  );
  expect(escapeText('w\u200beight\ufeff\u00ad')).toBe('w\\u200beight\\ufeff\\u00ad');
  expect(escapeText('\ud800x')).toBe('\\ud800x');
  expect(escapeText('\u{e0041}')).toBe('\\u{e0041}');
});

test('long text is cut at 200 characters, never inside a surrogate pair', () => {
  expect(escapeText('a'.repeat(200))).toBe('a'.repeat(200));
  expect(escapeText('a'.repeat(201))).toBe(`${'a'.repeat(200)}…`);
  expect(escapeText(`${'a'.repeat(199)}😀b`)).toBe(`${'a'.repeat(199)}…`);
  expect(escapeText('abcdef', 3)).toBe('abc…');
});

test('table cells stay one cell and are never formulas', () => {
  expect(escapeTsv('a\tb\nc')).toBe('a\\tb\\nc');
  for (const sign of ['=', '+', '-', '@']) expect(escapeTsv(`${sign}SUM(A1)`)).toBe(`'${sign}SUM(A1)`);
  expect(escapeTsv('n'.repeat(65_536))).toHaveLength(65_536);
  expect(escapeCsv('a,b')).toBe('"a,b"');
  expect(escapeCsv('say "x"')).toBe('"say ""x"""');
  expect(escapeCsv('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
  expect(escapeCsv('plain')).toBe('plain');
});
