import { expect, test } from 'vitest';
import { parseFilter } from '../filter.ts';
import { namedModel } from './sample-model.ts';
import { shellText } from './shell.ts';

test('commands about what the filter keeps, with what the checkpoint was opened with', () => {
  const opened = { path: '/data/run one', strategy: '/data/s', fileSuffix: '1_20' };
  expect(shellText(opened, 'dtype:bf16 !norm', [])).toBe(
    [
      "shardscope tensors '/data/run one' --strategy /data/s --file-suffix 1_20 --filter 'dtype:bf16 !norm'",
      "shardscope stats '/data/run one' --strategy /data/s --file-suffix 1_20 --filter 'dtype:bf16 !norm'",
      '',
    ].join('\n'),
  );
  expect(shellText({ path: '/x' }, '', [])).toBe('shardscope tensors /x\nshardscope stats /x\n');
});

test('a single tensor has its values, too', () => {
  expect(shellText({ path: '/x' }, 'ignored', ['a.b'])).toBe(
    [
      "shardscope tensors /x --filter '/^(a\\.b)$/'",
      'shardscope stats /x -- a.b',
      'shardscope values /x -- a.b',
      '',
    ].join('\n'),
  );
});

test('the filter of chosen names keeps exactly them, whatever their characters', () => {
  const names = ['a.b', 'a+b', 'x/y', 'with space', '[0]', 'a\\b', 'ü', '"q"', '-x', '(a|b)', '^$'];
  const model = namedModel([...names, 'aXb', 'x', 'a', 'aab', 'b', 'with', 'q', 'x/yz']);
  const [, filter = ''] = /--filter '(.*)'$/m.exec(shellText({ path: '/x' }, '', names)) ?? [];
  const { errors, bind } = parseFilter(filter);
  expect(errors).toEqual([]);
  const kept = model.tensors.filter(bind(model)).map(({ name }) => name);
  expect(new Set(kept)).toEqual(new Set(names));
});

test('too many names are no command', () => {
  const names = Array.from({ length: 2000 }, (_, i) => `model.layers.${i}.weight`);
  expect(() => shellText({ path: '/x' }, '', names)).toThrow('2,000 names are too long for a command');
});
