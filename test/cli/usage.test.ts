import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { runCli } from './run-cli.ts';

test.each([
  [['mereg', 'a'], /unknown command 'mereg' \(USAGE\) Did you mean merge\?/],
  [['inspect', 'a', '--jsn'], /unknown option '--jsn' \(USAGE\) Did you mean --json\?/],
  [['inspect'], /missing required argument 'path' \(USAGE\)/],
  [['merge', 'a'], /required option '--out <folder>' not specified \(USAGE\)/],
  [['merge', 'a', '--out', 'b', '--memory', 'lots'], /Give a size such as 3GiB/],
  [['merge', 'a', '--out', 'b', '--threads', '0'], /whole number from 1 to 64/],
  [['merge', 'a', '--out', 'b', '--names', 'french'], /Allowed choices are mindspore, huggingface/],
  [['strategy', 'shwo', 'x'], /unknown command 'shwo'/],
  [['strategy'], /A command is missing\. \(USAGE\)/],
])('%j is a usage error', async (args, message) => {
  const { code, stdout, stderr } = await runCli(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('with --json a usage error is a document too', async () => {
  const { code, stdout } = await runCli(['merge', 'a', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'USAGE' });
});

test('--help names every command, --version the version', async () => {
  const help = await runCli(['--help']);
  expect(help.code).toBe(0);
  for (const command of ['inspect', 'tensors', 'strategy', 'verify', 'merge', 'serve'])
    expect(help.stdout).toMatch(new RegExp(`^ +${command} `, 'm'));
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
});

test('global options stand before or after the command', async () => {
  const before = await runCli(['--json', 'inspect', 'nowhere']);
  const after = await runCli(['inspect', 'nowhere', '--json']);
  expect(before).toEqual(after);
  expect(JSON.parse(before.stdout).error.code).toBe('IO_NOT_FOUND');
});
