import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Finished, runCli, scratchFolder } from './run-cli.ts';

test('compiled code that is damaged is not run: V8 would crash', async () => {
  const scratch = scratchFolder();
  try {
    cpSync(process.env.SHARDSCOPE_BUNDLES ?? 'dist', scratch.path, { recursive: true });
    const help = (env = {}): Promise<Finished> => runCli(['merge', '--help'], { env, bundles: scratch.path });
    const said = await help({ SHARDSCOPE_KEEP_CODE: '1' });
    expect(said.code).toBe(0);
    const path = join(scratch.path, 'commands.code');
    const code = readFileSync(path);
    for (const whole of [code.length, code.length - 4096, code.length >> 1, 4096, 0]) {
      writeFileSync(path, Buffer.concat([code.subarray(0, whole), Buffer.alloc(code.length - whole)]));
      expect(await help()).toEqual(said);
    }
  } finally {
    scratch.remove();
  }
});
