import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatYaml } from './yaml.ts';

const read = (text: string): unknown => parse(text, { version: '1.1' });

test('booleans as Python writes them, and comments in one column', () => {
  const text = formatYaml(
    [
      { key: 'load_checkpoint', value: '/data/x', comment: 'weights' },
      { key: 'use_parallel', value: true, comment: 'cards' },
      { key: 'parallel_config', comment: 'Numbers', value: [{ key: 'data_parallel', value: 2 }] },
      {
        key: 'callbacks',
        value: [
          [
            { key: 'type', value: 'CheckpointMonitor' },
            { key: 'async_save', value: false },
          ],
        ],
      },
    ],
    ['How to load it', ''],
  );
  expect(text).toBe(
    [
      '# How to load it',
      '#',
      'load_checkpoint: /data/x  # weights',
      'use_parallel: True        # cards',
      '# Numbers',
      'parallel_config:',
      '  data_parallel: 2',
      'callbacks:',
      '  - type: CheckpointMonitor',
      '    async_save: False',
    ].join('\n'),
  );
});

test('a long value pushes out its own comment only', () => {
  const path = `/data/${'x'.repeat(80)}`;
  const text = formatYaml([
    { key: 'a', value: path, comment: 'one' },
    { key: 'b', value: 1, comment: 'two' },
  ]);
  expect(text).toBe(`a: ${path}  # one\nb: 1  # two`);
});

test.each([
  '1_20',
  'on',
  'No',
  '0o7',
  '012',
  '1:30',
  '2026-11-25',
  '~',
  '',
  ' a',
  'a #b',
  'a: b',
  '[x',
  "it's",
  '%x',
  'a\tb',
  'a\u0085b',
  'a\u2028b',
  '\u007f',
])('a text that YAML 1.1 could take for something else stays a text: %j', (value) => {
  expect(read(formatYaml([{ key: 'load_checkpoint', value, comment: 'c' }]))).toEqual({
    load_checkpoint: value,
  });
});

test('any text comes back, whatever the comments say', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (value, comment) => {
      const text = formatYaml(
        [
          { key: 'a', value, comment },
          { key: 'b', value: 1 },
        ],
        [comment],
      );
      expect(read(text)).toEqual({ a: value, b: 1 });
    }),
  );
});
