import { expect, test } from 'vitest';
import { commandLine, quote } from './command-line.ts';

test('options at their defaults are left out', () => {
  expect(
    commandLine({ job: 'merge', path: '/data/a b', out: '/data/merged', names: 'mindspore', verify: true }),
  ).toBe("shardscope merge '/data/a b' --out /data/merged");
});

test('a share, and finishing', () => {
  expect(
    commandLine({ job: 'dedupe', path: 'in', out: 'out', split: { index: 2, count: 4 }, finish: true }),
  ).toBe('shardscope dedupe in --out out --split 2/4 --finish');
});

test('every other option is there', () => {
  expect(
    commandLine({
      job: 'merge',
      path: 'in',
      out: 'out',
      strategy: 's.ckpt',
      fileSuffix: '1_20',
      filterOutParamPrefix: ['adam_m', 'adam_v'],
      filterOutRegex: '^lm_head|bias$',
      weightsOnly: true,
      dtype: 'BF16',
      failOnOverflow: true,
      names: 'huggingface',
      maxShardBytes: 1000,
      overwrite: true,
      fsync: false,
      verify: false,
      report: false,
      checkReplicas: true,
      onConflict: 3,
    }),
  ).toBe(
    "shardscope merge in --strategy s.ckpt --out out --file-suffix 1_20 --filter-out-param-prefix adam_m adam_v --filter-out-regex '^lm_head|bias$' --weights-only --dtype bf16 --fail-on-overflow --names huggingface --max-shard-size 1000 --check-replicas --on-conflict rank=3 --overwrite --no-fsync --no-verify --no-report",
  );
});

test('words that a shell would read are quoted', () => {
  expect(quote("it's")).toBe("'it'\\''s'");
  expect(quote('')).toBe("''");
  expect(quote('~')).toBe("'~'");
});

test('strategies are called as each command calls them', () => {
  const { path, out } = { path: 'in', out: 'out' };
  expect(commandLine({ job: 'slice', path, out, dstStrategy: 'd', ranks: [0, 2] })).toBe(
    'shardscope slice in --strategy d --out out --rank 0 2',
  );
  expect(
    commandLine({ job: 'reshard', path, out, strategy: 's', dstStrategy: 'd', removeRedundancy: true }),
  ).toBe('shardscope reshard in --src-strategy s --dst-strategy d --out out --remove-redundancy');
  expect(commandLine({ job: 'rename', path, out, to: 'huggingface' })).toBe(
    'shardscope rename in --out out --to huggingface',
  );
  expect(
    commandLine({
      job: 'convert',
      path,
      out,
      to: 'ckpt',
      nameMap: 'm.json',
      fileNameRegex: '-1_20',
      crc: true,
    }),
  ).toBe('shardscope convert in --out out --to ckpt --name-map m.json --file-name-regex -1_20 --crc');
});
