import { copyFileSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { needs } from '../../../test/needs.ts';
import { engineAndFolder } from '../sample-engine.ts';
import { sampleOpen } from './sample-open.ts';

const { copyOf, faultOf, open, scratch } = sampleOpen();
const { call } = engineAndFolder();

/** A path with the byte 0xff in it, which no UTF-8 has. */
function unnamed(folder: string, before: string, after: string): Buffer {
  return Buffer.concat([Buffer.from(join(folder, before)), Buffer.of(0xff), Buffer.from(after)]);
}

/** Linux keeps such names; elsewhere the system refuses to make them. */
describe('names that are not UTF-8', () => {
  beforeEach((context) => needs(context, 'names that are not UTF-8'));

  test('the weights of a folder of their own, or the path itself: said what is wrong with the name', async () => {
    const folder = copyOf('hf_llama', 'alone');
    const lone = join(scratch, 'lone');
    mkdirSync(lone);
    copyFileSync(join(folder, 'model-00001-of-00003.safetensors'), unnamed(lone, 'mod', 'el.safetensors'));
    for (const path of [lone, join(lone, 'mod\ufffdel.safetensors')]) {
      const fault = await faultOf(path);
      expect(fault).toMatchObject({ code: 'IO_NOT_FOUND', file: join(lone, 'mod\ufffdel.safetensors') });
      expect(fault.message).toContain('not UTF-8');
      expect(fault.advice).toContain('Rename');
    }
  });

  test('weights beside others: the others open, and that one is told', async () => {
    const folder = copyOf('hf_llama', 'beside');
    copyFileSync(join(folder, 'model-00001-of-00003.safetensors'), unnamed(folder, 'old', '.safetensors'));
    writeFileSync(unnamed(folder, 'caf', '.txt'), '');
    const { summary } = await open(folder);
    expect(summary.tensorCount).toBe(30);
    const told = summary.problems.filter(({ message }) => message.includes('not UTF-8'));
    expect(told).toMatchObject([{ code: 'OTHER_FILES', severity: 'warning' }]);
    expect(told[0]?.message).toContain("'caf\ufffd.txt' and 'old\ufffd.safetensors'");
  });

  test('a name that only looks like one is as good as any', async () => {
    const folder = copyOf('hf_llama', 'looks');
    writeFileSync(join(folder, 'a\ufffdb.txt'), '');
    expect((await open(folder)).summary.problems).toEqual([]);
  });

  test('a rank’s file: a fault of that rank, the other ranks open', async () => {
    const folder = copyOf('dp2_mp4', 'rank');
    const rank = join(folder, 'checkpoint/rank_2');
    const file = readdirSync(rank).find((name) => name.endsWith('.safetensors')) ?? '';
    renameSync(join(rank, file), unnamed(rank, 'llama', basename(file).slice(5)));
    const { damaged, summary } = await open(folder);
    expect(damaged).toMatchObject([{ code: 'IO_NOT_FOUND', rank: 2 }]);
    expect(damaged[0]?.message).toContain('not UTF-8');
    expect(summary.tensorCount).toBe(122);
  });

  test('the list of files has them', async () => {
    const folder = copyOf('hf_llama', 'listed');
    writeFileSync(unnamed(folder, 'x', '.txt'), '');
    const { id } = await call('checkpoint.open', { path: folder });
    const { files } = await call('files.list', { checkpoint: id });
    expect(files.map(({ name }) => name)).toContain('x\ufffd.txt');
  });
});
