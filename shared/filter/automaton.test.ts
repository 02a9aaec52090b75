import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from './automaton.ts';

const NAMES = [
  '',
  'model.layers.0.attention.wq.weight',
  'model.layers.10.feed_forward.w2.weight',
  'adam_m.lm_head.weight',
  'lm_head.weight',
  'a-b:0/kernel',
  'ÄÖ.größe',
  'two\nlines',
  '\u{1f600}.weight',
];

const PATTERNS = [
  'layers\\.\\d+\\.attention',
  '^model',
  'weight$',
  '^lm_head\\.weight$',
  '^$',
  '$^',
  'w[0-9qkvo]\\.',
  'w[^0-9]\\.',
  '[^\\w.]',
  '(wq|w2)\\.weight',
  '(?:a|lm)_?(?:dam|head)',
  'layers\\.[1-9]\\d*',
  '\\.{2}',
  '(\\.\\w+){5,}',
  '(\\.\\w+){2,3}$',
  'x?y*z+',
  '(a|b|)$',
  '\\x6d\\u006f',
  '\\s',
  '.\\n.',
  'two.lines',
  '[\\d-x]',
  '[a-]b',
  'a{',
  '[]',
  '[^]',
  'weight|',
  '((l|m)+_)+h',
  '^^m|t$$',
  'a+?d',
];

test('agrees with RegExp on every pattern and name', () => {
  for (const pattern of PATTERNS)
    for (const name of NAMES)
      for (const flags of ['', 'i'])
        expect({ pattern, name, flags, found: compilePattern(pattern, flags === 'i')(name) }).toEqual({
          pattern,
          name,
          flags,
          found: new RegExp(pattern, flags).test(name),
        });
});

test('agrees with RegExp on random patterns', () => {
  const atom = fc.constantFrom('a', 'B', '.', '[ab]', '[^a]', '\\w', '\\.', '^', '$', '(?:)');
  const part = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a}${b}`),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
      fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}')).map(([a, b]) => `(?:${a})${b}`),
    ),
  })).node;
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', '.', '\n'), maxLength: 8 });
  fc.assert(
    fc.property(part, fc.array(name, { maxLength: 6 }), fc.boolean(), (pattern, names, ignoreCase) => {
      const matches = compilePattern(pattern, ignoreCase);
      const reference = new RegExp(pattern, ignoreCase ? 'i' : '');
      for (const text of names) expect(matches(text)).toBe(reference.test(text));
    }),
    { numRuns: 500, seed: 4 },
  );
});

test('matches in linear time what takes a backtracking matcher years', () => {
  const long = 'a'.repeat(200_000);
  for (const pattern of ['(a+)+$', '(a|a)*b', '.*.*.*.*.*=', '(a*)*(a*)*b', '(x+x+)+y'])
    expect(compilePattern(pattern, false)(`${long}!`)).toBe(false);
  // More sets of states than the table holds: it is begun anew and the answer stays right.
  const wide = compilePattern('(a|b)*a(a|b){14}c', false);
  let name = '';
  for (let i = 0; i < 30_000; i++) name += (i * i) % 7 < 3 ? 'a' : 'b';
  expect(wide(name)).toBe(false);
  expect(wide(`${name}a${'b'.repeat(14)}c`)).toBe(true);
});

test('says what it does not take', () => {
  const refused: [string, RegExp][] = [
    ['(', /[Uu]nterminated group/],
    ['[a', /[Uu]nterminated character class/],
    ['(a)\\1', /\\1 is not supported/],
    ['\\bnorm', /\\b is not supported/],
    ['(?=a)', /look-ahead and look-behind are not supported/],
    ['(?<!a)b', /look-ahead and look-behind are not supported/],
    ['a{2000}', /unfold to more than 1000 parts/],
    ['((a{30}){30}){30}', /unfold to more than 1000 parts/],
    ['(?:){1000000000}', /unfold to more than 1000 parts/],
    ['a'.repeat(501), /501 characters long, at most 500/],
  ];
  for (const [pattern, message] of refused) expect(() => compilePattern(pattern, false)).toThrow(message);
});
