import { cp, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManyRanks, writeManySaves, writeManyTensors } from '../bench/checkpoints.ts';
import { writeNormals } from '../bench/normals.ts';
import { ROOT } from '../bundles.ts';
import { makeSample } from '../sample.ts';

/** The checkpoints of the pictures, by their paths. */
export type Sources = Awaited<ReturnType<typeof makeSources>>;

/** Makes them in a folder, each in one named as people name theirs. */
export async function makeSources(folder: string) {
  const place = async (...path: string[]) => {
    await mkdir(join(folder, ...path.slice(0, -1)), { recursive: true });
    return join(folder, ...path);
  };
  const small = await place('llama_small', 'output');
  await rename(await makeSample(folder), small);

  const complete = await place('llama_tiny', 'hf');
  await cp(join(ROOT, 'test', 'fixtures', 'hf_llama'), complete, { recursive: true });

  const ranks = await place('moe_1024', 'output');
  await writeManyRanks(ranks);

  const tensors = await place('experts', 'model.safetensors');
  await writeManyTensors(
    tensors,
    497_000,
    (i) => `model.layers.${Math.floor(i / 497)}.mlp.experts.${i % 497}.gate_proj.weight`,
    1024,
  );

  const saves = await place('long_run', 'output');
  await writeManySaves(saves, 40);
  await rm(join(saves, 'checkpoint', 'rank_17', 'long_rank_17-1_4000.safetensors'));
  await truncate(join(saves, 'checkpoint', 'rank_5', 'long_rank_5-1_3900.safetensors'), 700);

  const values = await place('embedding', 'model.safetensors');
  await writeNormals(values, 32_000);

  const empty = await place('nothing', 'model.safetensors');
  await writeManyTensors(empty, 0, String);

  const damaged = await place('llama_damaged', 'output');
  await cp(small, damaged, { recursive: true });
  await rm(join(damaged, 'checkpoint', 'rank_5'), { recursive: true });
  await truncate(join(damaged, 'checkpoint', 'rank_2', 'llama_small_rank_2-1_200.safetensors'), 900_000);

  const different = await place('llama_replicas', 'output');
  await cp(small, different, { recursive: true });
  await changeOneByte(join(different, 'checkpoint', 'rank_6', 'llama_small_rank_6-1_200.safetensors'));

  const cut = await place('broken', 'model.safetensors');
  await writeFile(
    cut,
    (await readFile(join(complete, 'model-00001-of-00003.safetensors'))).subarray(0, 2000),
  );
  const text = await place('broken', 'notes.safetensors');
  await writeFile(text, 'These are my notes, not weights.\n');

  return { small, complete, ranks, tensors, saves, values, empty, damaged, different, cut, text, folder };
}

/** Somewhere in the data of a rank's copy, so that it is not what its replica is. */
async function changeOneByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8((bytes.readUInt8(at) ^ 0x40) & 0xff, at);
  await writeFile(path, bytes);
}
