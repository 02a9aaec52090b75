import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './bundles.ts';
import { cacheFolder } from './cache.ts';
import { type LlamaSize, llamaParameters } from './sample/llama.ts';
import { type Save, writeSave, writeStrategies } from './sample/training-run.ts';
import { normalBytes } from './sample/values.ts';

/** 3.2 M parameters: 32 MiB merged with the optimizer state, 64 MiB a save on eight ranks. */
const SIZE: LlamaSize = { layers: 6, hidden: 192, kv: 96, ffn: 512, vocabulary: 2048 };

/** The last save is not whole, as when a run dies while it saves: training can resume from step 200. */
const SAVES: readonly Save[] = [
  { epoch: 1, step: 100 },
  { epoch: 1, step: 200 },
  { epoch: 1, step: 300, without: [3] },
];

/** Changes when what is written changes: an older sample is then made anew. */
const VERSION = 1;

/** Makes the sample in `parent` unless it is there already. Returns the training output's folder. */
export async function makeSample(parent = cacheFolder()): Promise<string> {
  const folder = join(parent, `sample-${VERSION}`);
  const output = join(folder, 'output');
  if (await exists(folder)) return output;
  // The folder gets its name when it is whole: an interrupted start leaves no half sample.
  const unfinished = join(parent, `.sample-${process.pid}`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const parameters = llamaParameters(SIZE);
  const run = join(unfinished, 'output');
  await writeStrategies(run, parameters);
  for (const save of SAVES)
    await writeSave(run, 'llama_small', parameters, save, (parameter, i) =>
      normalBytes(parameter, save.step * 65_537 + i * 257),
    );
  await rename(unfinished, folder).catch(async (error: unknown) => {
    // Another start was quicker: its sample is the same.
    await rm(unfinished, { recursive: true, force: true });
    if (!(await exists(folder))) throw error;
  });
  return output;
}
