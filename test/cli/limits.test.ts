import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../needs.ts';
import { type Expected, fixture, hashes, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

/** Longer names and larger files than a system, a volume or an administrator allows. */
const scratch = scratchFolder();
let source = '';
let tensors: Expected;
beforeAll(() => {
  source = copyFixture('dp2_mp2_pp2', scratch.path);
  ({ tensors } = fixture<{ tensors: Expected }>('dp2_mp2_pp2/expected.json'));
});
afterAll(scratch.remove);

const at = (...names: string[]) => join(scratch.path, ...names);

test('a file that may not become so large, as on FAT32: told with what helps, and that helps', async (context) => {
  needs(context, 'limits of file sizes');
  const sums = hashes(source);
  const out = at('limited', 'out');
  const limits = 'ulimit -f 64';
  const merge = ['merge', source, '--out', out];
  const { code, stdout, stderr } = await runCli([...merge, '--json'], { limits });
  expect(code).toBe(4);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  const { error } = JSON.parse(stdout);
  const file = join(out, 'part0.safetensors');
  expect(error).toMatchObject({ code: 'OUT_SPACE', found: 'EFBIG', file });
  expect(error.message).toMatch(/FAT32: 4 GiB.*ulimit -f/);
  expect(error.advice).toContain('--max-shard-size');
  expect(existsSync(at('limited'))).toBe(false);
  expect(hashes(source)).toEqual(sums);

  const smaller = await runCli([...merge, '--max-shard-size', '48KiB'], { limits });
  expect(smaller.code).toBe(0);
  const parts = readdirSync(out).filter((name) => /^part\d+\.safetensors$/.test(name));
  expect(parts.length).toBeGreaterThan(1);
  expect(tensorsIn(...parts.map((name) => join(out, name)))).toEqual(tensors);
});

describe('long names', () => {
  test('a path of 400 letters is written; a name that leaves no room for a temporary one is one clear error', async () => {
    const parent = at('long');
    const deep = join(parent, 'a'.repeat(200), 'b'.repeat(200));
    expect((await runCli(['merge', source, '--out', deep])).code).toBe(0);
    expect(readdirSync(deep)).toContain('part0.safetensors');
    const { code, stdout } = await runCli([
      ...['merge', source, '--out', join(parent, 'c'.repeat(255)), '--json'],
    ]);
    expect(code).toBe(4);
    expect(JSON.parse(stdout).error.message).toContain('has a name longer than the file system allows');
    expect(readdirSync(parent)).toEqual(['a'.repeat(200)]);
  });

  test('a source with a name of 255 bytes is read and copied; where it becomes longer, that is one clear error', async () => {
    const parent = at('names');
    mkdirSync(parent);
    const name = `${'字'.repeat(83)}n.ckpt`;
    expect(Buffer.byteLength(name)).toBe(255);
    const formats = copyFixture('ckpt_formats', parent);
    copyFileSync(join(formats, 'all_dtypes.ckpt'), join(parent, name));
    const { code, stdout } = await runCli(['inspect', join(parent, name), '--json']);
    expect({ code, kind: JSON.parse(stdout).kind }).toEqual({ code: 0, kind: 'file' });
    const to = (format: string, file: string) =>
      runCli(['convert', file, '--to', format, '--out', join(parent, format), '--json']);
    const refused = await to('safetensors', join(parent, name));
    expect(refused.code).toBe(4);
    expect(JSON.parse(refused.stdout).error).toMatchObject({ code: 'IO_NOT_FOUND', found: 'ENAMETOOLONG' });
    expect(existsSync(join(parent, 'safetensors'))).toBe(false);

    const longest = `${'字'.repeat(81)}.safetensors`;
    expect(Buffer.byteLength(longest)).toBe(255);
    copyFileSync(join(formats, 'to_safetensors', 'all_dtypes.safetensors'), join(parent, longest));
    expect((await to('ckpt', join(parent, longest))).code).toBe(0);
    expect(readdirSync(join(parent, 'ckpt'))).toContain(longest.replace('.safetensors', '.ckpt'));
  });
});
