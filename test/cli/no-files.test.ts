import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Need, needs } from '../needs.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

/** Pipes that nobody writes into, and devices without an end, where files are expected: refused, and not waited for. */
const scratch = scratchFolder();
let ranks = '';
let weights = '';
beforeAll(() => {
  ranks = copyFixture('dp2_mp4', scratch.path);
  weights = copyFixture('hf_llama', scratch.path);
});
afterAll(scratch.remove);

const at = (name: string) => join(scratch.path, name);
const makers: [string, Need, (path: string) => void][] = [
  ['a named pipe', 'named pipes', (path) => execFileSync('mkfifo', [path])],
  ['a device', 'an endless device', (path) => symlinkSync('/dev/zero', path)],
];

describe.each(makers)('%s', (found, need, make) => {
  beforeEach((context) => needs(context, need));
  const place = () => {
    rmSync(at('x.json'), { force: true });
    make(at('x.json'));
    return at('x.json');
  };
  const commands: [string, () => string[]][] = [
    ['a name map', () => ['convert', ranks, '--to', 'ckpt', '--name-map', place()]],
    ['a strategy', () => ['merge', ranks, '--strategy', place()]],
    ['the strategy to cut by', () => ['reshard', ranks, '--dst-strategy', place()]],
    [
      'config.json',
      () => {
        rmSync(join(weights, 'config.json'), { force: true });
        make(join(weights, 'config.json'));
        return ['rename', weights, '--to', 'mindspore'];
      },
    ],
  ];
  test.each(commands)('as %s', async (_, command) => {
    const { code, stdout, stderr } = await runCli([...command(), '--out', at('out'), '--json']);
    expect({ code, error: JSON.parse(stdout).error }).toMatchObject({
      code: 3,
      error: { code: 'IO_NOT_REGULAR', found },
    });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(at('out'))).toBe(false);
  });
});
