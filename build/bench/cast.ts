import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '../bundles.ts';
import { shardscope } from './jobs.ts';
import { writeNormals } from './normals.ts';
import { pairs } from './pairs.ts';
import type { Report } from './report.ts';

/**
 * Casts of 2 GiB of F32 and back to it, each beside `cp -r` of the F32 side: of the source where a cast halves it,
 * else of the output.
 */
export async function benchCast(report: Report, folder: string, count: number): Promise<void> {
  const singles = join(folder, 'f32');
  report.say('writing 2 GiB of values …');
  await mkdir(singles);
  await writeNormals(join(singles, 'model.safetensors'));
  const cast = (source: string, dtype: string, out: string, ...flags: string[]) =>
    shardscope('merge', source, '--dtype', dtype, '--out', out, '--progress', 'none', '--no-fsync', ...flags);
  for (const dtype of ['bf16', 'f16']) {
    const halves = join(folder, dtype);
    await cast(singles, dtype, halves, '--no-verify');
    for (const flags of [['--no-verify'], []]) {
      await pairs(report, ['cast F32 to', dtype, ...flags].join(' '), count, { source: singles }, (out) =>
        cast(singles, dtype, out, ...flags),
      );
      await pairs(report, ['cast', dtype, 'to F32', ...flags].join(' '), count, { output: singles }, (out) =>
        cast(halves, 'f32', out, ...flags),
      );
    }
    await removeFolder(halves);
  }
  await removeFolder(singles);
}
