import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { llamaParameters } from './sample/llama.ts';
import { writeSave, writeStrategies } from './sample/training-run.ts';
import { normalBytes } from './sample/values.ts';

const SIZE = { layers: 1, hidden: 16, kv: 8, ffn: 32, vocabulary: 64 };

/**
 * Leaves beside the command line's bundles what V8 compiles of them while jobs run on a small training output; see
 * `electron/code-cache.ts`. Of Electron's V8 nothing is kept: its window stays open for longer than a command.
 */
export async function keepCompiledCode(dist: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'shardscope-build-'));
  try {
    const run = join(folder, 'run');
    const parameters = llamaParameters(SIZE);
    await writeStrategies(run, parameters);
    await writeSave(run, 'llama', parameters, { epoch: 1, step: 1 }, normalBytes);
    // One thread: two would write to the same file.
    const into = (name: string) => ['--out', join(folder, name), '--threads', '1'];
    const commands = [
      ['inspect', run],
      ['merge', run, ...into('merged')],
      ['dedupe', run, ...into('deduplicated')],
      ['convert', join(run, 'checkpoint'), '--to', 'ckpt', ...into('converted')],
    ];
    for (const command of commands) {
      const { status, stderr } = spawnSync(process.execPath, [join(dist, 'cli.js'), ...command], {
        env: { ...process.env, SHARDSCOPE_KEEP_CODE: '1' },
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${command[0]} of the build's own sample failed: ${stderr}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
