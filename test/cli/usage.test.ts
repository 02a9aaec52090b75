import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { runCli, TEST_DATA } from './run-cli.ts';

test.each([
  [['mereg', 'a'], /unknown command 'mereg' \(USAGE\) Did you mean merge\?/],
  [['inspect', 'a', '--jsn'], /unknown option '--jsn' \(USAGE\) Did you mean --json\?/],
  [['inspect'], /missing required argument 'path' \(USAGE\)/],
  [['merge', 'a'], /required option '--out <folder>' not specified \(USAGE\)/],
  [['merge', 'a', '--out', 'b', '--memory', 'lots'], /Give a size such as 3GiB/],
  [['merge', 'a', '--out', 'b', '--threads', '0'], /whole number from 1 to 64/],
  [['merge', 'a', '--out', 'b', '--names', 'french'], /Allowed choices are mindspore, huggingface/],
  [['slice', 'a', '--out', 'b'], /required option '--strategy <path>' not specified/],
  [['slice', 'a', '--strategy', 's'], /required option '--out <folder>' not specified/],
  [['slice', 'a', '--strategy', 's', '--out', 'b', '--rank', '0', 'x'], /whole number from 0 to/],
  [['slice', 'a', '--strategy', 's', '--out', 'b', '--file-suffix', '1'], /unknown option '--file-suffix'/],
  [['reshard', 'a', '--out', 'b'], /required option '--dst-strategy <path>' not specified/],
  [['reshard', 'a', '--dst-strategy', 's', '--strategy', 's', '--out', 'b'], /unknown option '--strategy'/],
  [['dedupe', 'a'], /required option '--out <folder>' not specified/],
  [['restore', 'a', '--out', 'b', '--rank', '1'], /unknown option '--rank'/],
  [['rename', 'a', '--out', 'b'], /required option '--to <style>' not specified/],
  [['rename', 'a', '--to', 'pytorch', '--out', 'b'], /Allowed choices are mindspore, huggingface/],
  [['strategy', 'convert', 'a'], /missing required argument 'file'/],
  [['strategy', 'write', '--model', 'a', '--out', 'b'], /'--data-parallel <number>' not specified/],
  [['strategy', 'shwo', 'x'], /unknown command 'shwo'/],
  [['strategy'], /A command is missing\. \(USAGE\)/],
])('%j is a usage error', async (args, message) => {
  const { code, stdout, stderr } = await runCli(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('serve refuses a path that its roots do not let the page read', async () => {
  const fixtures = join(TEST_DATA, 'fixtures');
  const { code, stderr } = await runCli([
    ...['serve', join(fixtures, 'dp2_mp4'), '--root', join(fixtures, 'hf_llama'), '--port', '0'],
  ]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/dp2_mp4 lies in none of the folders that --root names\. \(USAGE\) Add its folder/);
});

test('with --json a usage error is a document too', async () => {
  const { code, stdout } = await runCli(['merge', 'a', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'USAGE' });
});

const COMMANDS = [
  ...['open', 'serve', 'inspect', 'tensors', 'redundancy', 'verify', 'strategy'],
  ...['merge', 'slice', 'reshard', 'dedupe', 'restore', 'rename'],
];

test('--help names every command, --version the version', async () => {
  const help = await runCli(['--help']);
  expect(help.code).toBe(0);
  for (const command of COMMANDS) expect(help.stdout).toMatch(new RegExp(`^ +${command} `, 'm'));
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
});

test('global options stand before or after the command', async () => {
  const before = await runCli(['--json', 'inspect', 'nowhere']);
  const after = await runCli(['inspect', 'nowhere', '--json']);
  expect(before).toEqual(after);
  expect(JSON.parse(before.stdout).error.code).toBe('IO_NOT_FOUND');
});

describe.skipIf(!existsSync('/dev/full'))('output that cannot be written', () => {
  const cli = join(process.env.SHARDSCOPE_BUNDLES ?? 'dist', 'cli.js');
  const file = join(TEST_DATA, 'fixtures/ckpt_formats/all_dtypes.ckpt');
  const inShell = (words: string) =>
    spawnSync('sh', ['-c', `"${process.execPath}" "${cli}" ${words}`], { encoding: 'utf8' });

  test.each(['inspect', 'tensors', 'tensors --json'])('%s on a full disk fails in one line', (command) => {
    const { status, stderr } = inShell(`${command} "${file}" > /dev/full`);
    expect(status).toBe(4);
    expect(stderr).toBe(
      'shardscope: stdout cannot be written: the disk is full. (OUT_SPACE) Free some space or choose another volume.\n',
    );
  });

  test('words that nobody can read change no exit code', () => {
    expect(inShell('mereg a 2> /dev/full')).toMatchObject({ status: 2, stdout: '' });
    expect(inShell(`verify "${file}" --progress json 2> /dev/full`)).toMatchObject({ status: 0 });
  });
});
