import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { hashes } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

/** What the documents say about the command line is held against it. */
const ROOT = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const mindSpore = readFileSync(join(ROOT, 'docs/mindspore.md'), 'utf8');

const scratch = scratchFolder();
afterAll(scratch.remove);

test('every option that the documents name is one of the command line', async () => {
  const help = (await runCli(['--help'])).stdout;
  const commands = [...help.matchAll(/^ {2}([a-z-]+)[ |]/gm)].map(([, name = '']) => name);
  expect(commands).toContain('reshard');
  const texts = await Promise.all(
    [...commands.map((name) => [name]), ['strategy', 'write'], ['strategy', 'show']].map(
      async (command) => (await runCli([...command, '--help'])).stdout,
    ),
  );
  const known = new Set([help, ...texts].flatMap((text) => text.match(/--[a-z][a-z-]*/g) ?? []));
  const ours = mindSpore.split('\n').map((line) => line.split(/(?<!\\)\|/)[2] ?? '');
  const examples = readme
    .split('\n')
    .filter((line) => /^(shardscope| {2}--threads| +- shardscope) /.test(line));
  const named = [...ours, ...examples].flatMap((text) => text.match(/--[a-z][a-z-]*/g) ?? []);
  expect(new Set(named).size).toBeGreaterThan(25);
  expect(named.filter((option) => !known.has(option))).toEqual([]);
});

describe('the examples of shares in the README', () => {
  let bin = '';
  let expected: Record<string, string> = {};
  const at = (out: string) => join(scratch.path, out);

  beforeAll(async () => {
    // A command `shardscope` on the path, as an image or a module of a cluster has it.
    bin = at('bin');
    mkdirSync(bin);
    const cli = resolve(process.env.SHARDSCOPE_BUNDLES ?? 'dist', 'cli.js');
    writeFileSync(join(bin, 'shardscope'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
    chmodSync(join(bin, 'shardscope'), 0o755);
    const source = copyFixture('dp2_mp4', scratch.path);
    await runCli(['merge', join(source, 'checkpoint'), '--out', at('whole')]);
    expected = hashes(at('whole'));
    expect(Object.keys(expected).length).toBeGreaterThan(2);
  });

  /** The example with the paths of this test, in a shell with these variables. */
  function run(script: string, out: string, variables: Record<string, string>): string {
    const here = script
      .replaceAll('/data/output/checkpoint', at('dp2_mp4/checkpoint'))
      .replaceAll('/data/complete', at(out));
    const PATH = `${bin}${delimiter}${process.env.PATH}`;
    return execFileSync('sh', ['-c', here], {
      env: { ...process.env, ...variables, PATH },
      encoding: 'utf8',
    });
  }

  const block = (language: string, word: string): string =>
    [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].find(
      ([, name, text = '']) => name === language && text.includes(word),
    )?.[2] ?? '';

  test('the Slurm array job, each of its tasks', () => {
    const script = block('sh', '#SBATCH');
    const [, first, last] = /^#SBATCH --array=(\d+)-(\d+) /m.exec(script) ?? [];
    expect([first, last]).toEqual(['1', '8']);
    for (let task = Number(last); task >= Number(first); task--) {
      expect(existsSync(at('slurm'))).toBe(false);
      run(script, 'slurm', { SLURM_ARRAY_TASK_ID: String(task), SLURM_ARRAY_TASK_COUNT: last ?? '' });
      if (existsSync(at('slurm'))) break;
    }
    expect(hashes(at('slurm'))).toEqual(expected);
  });

  test('the Kubernetes indexed Job, each of its indices', () => {
    const { spec } = kubernetesJob.parse(parse(block('yaml', 'kind: Job')));
    expect(spec).toMatchObject({ completionMode: 'Indexed', completions: 8, parallelism: 8 });
    const { containers, volumes } = spec.template.spec;
    const [container] = containers;
    expect(container?.volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
    expect(container?.command).toEqual(['sh', '-c']);
    const [script = '', ...others] = container?.args ?? [];
    expect(others).toEqual([]);
    // Kubernetes itself replaces `$(NAME)` by a variable of the container; this is for the shell.
    expect(script).not.toMatch(/\$\([A-Za-z_]\w*\)/);
    const said: string[] = [];
    for (let index = 0; index < spec.completions; index++)
      said.push(run(script, 'kubernetes', { JOB_COMPLETION_INDEX: String(index) }));
    expect(hashes(at('kubernetes'))).toEqual(expected);
    expect(said.at(-1)).toContain('All 8 shares are finished.');
    expect(readdirSync(scratch.path).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

/** Of a Job what is used here; strict where a misspelt field would be ignored or refused by a cluster. */
const kubernetesJob = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata: z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]*$/) }),
  spec: z.strictObject({
    completionMode: z.string(),
    completions: z.int(),
    parallelism: z.int(),
    template: z.strictObject({
      spec: z.strictObject({
        restartPolicy: z.enum(['OnFailure', 'Never']),
        containers: z.array(
          z.strictObject({
            name: z.string(),
            image: z.string(),
            command: z.array(z.string()),
            args: z.array(z.string()),
            volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })),
          }),
        ),
        volumes: z.array(
          z.strictObject({
            name: z.string(),
            persistentVolumeClaim: z.strictObject({ claimName: z.string() }),
          }),
        ),
      }),
    }),
  }),
});
