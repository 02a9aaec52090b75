import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../needs.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
let training = '';
let huggingFace = '';
beforeAll(() => {
  training = copyFixture('training_output', scratch.path);
  huggingFace = copyFixture('hf_llama', scratch.path);
});
afterAll(scratch.remove);

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runCli([...args, '--json']);
  return { code, stderr, document: JSON.parse(stdout) };
}

describe('inspect --json', () => {
  test('a training output: ranks, steps, and the save that one rank lacks', async () => {
    const { code, stderr, document } = await json('inspect', training);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(document).toMatchObject({
      kind: 'training-output',
      format: 'safetensors',
      tensorCount: 122,
      parameterCount: 9360,
      dtypes: ['F32', 'BF16', 'I32'],
      ranks: [0, 1, 2, 3, 4, 5, 6, 7],
      steps: [10, 20, 30],
      stageCount: 2,
      suffix: '1_20',
    });
    expect(document.byteCount).toBe(93_908);
    expect(document.problems).toHaveLength(1);
    expect(document.problems[0]).toMatchObject({ severity: 'warning', rank: 3 });
    expect(document.problems[0].message).toContain('step 20');
    expect(document).not.toHaveProperty('id');
  });

  test('another save by --file-suffix', async () => {
    const { document } = await json('inspect', training, '--file-suffix', '1_10');
    expect(document.suffix).toBe('1_10');
  });

  test('a sharded Hugging Face folder has no ranks and no steps', async () => {
    const { code, document } = await json('inspect', huggingFace);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      kind: 'complete-huggingface',
      tensorCount: 30,
      parameterCount: 25_824,
      byteCount: 51_648,
      dtypes: ['BF16'],
      ranks: [],
      steps: [],
      problems: [],
    });
  });

  test.each([
    ['dp2_mp4/checkpoint/rank_0/llama_tiny_rank_0-1_10.safetensors', 'file'],
    ['dp2_mp4/complete', 'complete-mindspore'],
    ['dp2_mp4/checkpoint', 'distributed'],
    ['dp2_mp4/strategy', 'strategy'],
  ])('%s is %s', async (name, kind) => {
    const folder = copyFixture('dp2_mp4', join(scratch.path, `kind-${kind}`));
    const { document } = await json('inspect', join(folder, name.replace('dp2_mp4/', '')));
    expect(document.kind).toBe(kind);
  });
});

test('inspect in words says kind, ranks, totals and what is wrong', async () => {
  const { code, stdout, stderr } = await runCli(['inspect', training]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^kind: +training output, safetensors$/m);
  expect(stdout).toMatch(/^ranks: +8 \(0–7\), 2 stages$/m);
  expect(stdout).toMatch(/^parameters: +9\.36 K \(9,360\)$/m);
  expect(stdout).toMatch(/^strategy: +dp 2 × mp 2, 2 stages, 117 parameters, found: /m);
  expect(stdout).toMatch(/^warning: .*step 20/m);
  expect(stdout).not.toContain('\u001b');
});

describe('what cannot be opened', () => {
  test('a missing path: exit code 4, one line that names it', async () => {
    const missing = join(scratch.path, 'nowhere');
    const { code, stdout, stderr } = await runCli(['inspect', missing]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toBe(`shardscope: ${missing} does not exist. (IO_NOT_FOUND) Check the path.\n`);
  });

  test('a damaged file: exit code 3, and with --json the fault on stdout', async () => {
    const path = join(scratch.path, 'cut.safetensors');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(1000n);
    writeFileSync(path, Buffer.concat([length, Buffer.from('{"a":')]));
    const { code, stderr, document } = await json('inspect', path);
    expect(code).toBe(3);
    expect(document.error).toMatchObject({ file: path });
    expect(document.error.code).toMatch(/^ST_/);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr).toContain(document.error.code);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('--debug adds the stack trace', async () => {
    const { stderr } = await runCli(['inspect', join(scratch.path, 'nowhere'), '--debug']);
    expect(stderr).toMatch(/^\s+at /m);
  });

  test('an empty folder says what was looked for', async () => {
    const empty = join(scratch.path, 'empty');
    mkdirSync(empty);
    const { code, stderr } = await runCli(['inspect', empty]);
    expect(code).toBe(3);
    expect(stderr).toContain(empty);
  });
});

test('a problem in words says which file it is of, and ends before its advice begins', async () => {
  const folder = copyFixture('hf_llama', join(scratch.path, 'pointers'));
  const shard = join(folder, 'model-00002-of-00003.safetensors');
  writeFileSync(
    shard,
    `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 4976698672\n`,
  );
  const { code, stdout } = await runCli(['inspect', folder]);
  expect(code).toBe(1);
  expect(stdout).toContain(
    `error: ${shard}: the file is a Git LFS pointer, not the weights themselves. Run "git lfs pull"`,
  );
  // Complete weights have no ranks that could stand in for the file.
  const merged = await runCli(['merge', folder, '--out', join(scratch.path, 'none')]);
  expect(merged.code).toBe(3);
  expect(merged.stderr).toMatch(/fetch the weights\.\n$/);
});

test('names act on no terminal, wherever they are said', async (context) => {
  needs(context, 'names with control characters');
  const evil = 'a\n\u001b[31mevil\u202e';
  const written = 'a\\n\\u001b[31mevil\\u202e';
  const file = join(scratch.path, `${evil}.safetensors`);
  writeFileSync(file, 'xx');
  const refused = await runCli(['inspect', file]);
  expect(refused.stderr).toContain(`${written}.safetensors: the file is 2 bytes`);
  const folder = copyFixture('hf_llama', join(scratch.path, evil));
  writeFileSync(join(folder, `${evil}.safetensors`), 'xx');
  const { code, stdout } = await runCli(['inspect', folder]);
  expect(code).toBe(0);
  expect(stdout).toContain(`is not part of it: ${written}.safetensors`);
  const out = join(scratch.path, `${evil}-out`);
  const merged = await runCli(['merge', folder, '--out', out]);
  expect(merged.stdout).toContain(`${written}-out`);
  for (const text of [refused.stderr, stdout, merged.stdout]) expect(text).not.toMatch(/[^\P{C}\n]/u);
});
