import { join } from 'node:path';
import type { JobName } from './jobs.ts';
import { measure, type Run } from './measure.ts';

/** Files that MindSpore's functions read and write. */
interface Files {
  readonly run: string;
  readonly merged: string;
  readonly strategy: string;
  readonly turned: string;
  readonly out: string;
}

type Timed = Run & { readonly callSeconds: number };

/** MindSpore's own function for a job: its name, and the call with paths as `sys.argv[1]`, `[2]`, …  */
function mindSpore(call: string, script: string, paths: (files: Files) => readonly string[]) {
  return async (files: Files): Promise<(Timed & { readonly call: string }) | undefined> => {
    const ran = await timed(
      process.env.MINDSPORE_PYTHON,
      `import mindspore as ms\n${START}${script}`,
      paths(files),
    );
    return ran && { ...ran, call };
  };
}

/** None for removing and restoring redundancy: MindSpore does that only while it saves and loads. */
export const PEERS: Partial<Record<JobName, ReturnType<typeof mindSpore>>> = {
  merge: mindSpore(
    'unified_safetensors',
    "ms.unified_safetensors(sys.argv[1], sys.argv[2], sys.argv[3], file_suffix='1_100')",
    ({ run, strategy, out }) => [join(run, 'checkpoint'), strategy, out],
  ),
  slice: mindSpore(
    'load_distributed_checkpoint',
    `ms.parallel.load_distributed_checkpoint(None, predict_strategy=sys.argv[2], format='safetensors',
    unified_safetensors_dir=sys.argv[1], dst_safetensors_dir=sys.argv[3], max_process_num=2)`,
    ({ merged, strategy, out }) => [merged, strategy, out],
  ),
  reshard: mindSpore(
    'transform_checkpoints',
    "os.makedirs(sys.argv[4]); ms.transform_checkpoints(sys.argv[1], sys.argv[4], 'net', sys.argv[2], sys.argv[3])",
    ({ run, strategy, turned, out }) => [join(run, 'checkpoint'), strategy, turned, out],
  ),
  convert: mindSpore(
    'safetensors_to_ckpt',
    'ms.safetensors_to_ckpt(sys.argv[1], sys.argv[2], processes_num=2)',
    ({ run, out }) => [join(run, 'checkpoint'), out],
  ),
};

const START = 'import os, sys, time\nbegan = time.time()\n';

/** Runs a Python script that sets `began`; undefined where no Python is named. Without its start and imports. */
async function timed(
  python: string | undefined,
  script: string,
  args: readonly string[],
): Promise<Timed | undefined> {
  if (!python) return undefined;
  const result = await measure(python, ['-c', `${script}\nprint()\nprint(time.time() - began)`, ...args]);
  return { ...result, callSeconds: Number(result.stdout.trim().split('\n').at(-1)) };
}

/** Reads every header with Python's safetensors. */
export async function pythonHeaders(run: string): Promise<Timed | undefined> {
  const script = `
from safetensors import safe_open
import glob
${START}
for name in glob.glob(sys.argv[1] + '/checkpoint/*/*.safetensors'):
    with safe_open(name, 'np') as file:
        for key in file.keys():
            part = file.get_slice(key)
            part.get_shape(), part.get_dtype()
`;
  return timed(process.env.MINDSPORE_PYTHON ?? process.env.SHARDSCOPE_PYTHON, script, [run]);
}

/** NumPy's min, max, mean and std of 32-bit floats from `offset` of a file to its end. */
export async function numPyStats(path: string, offset: number): Promise<Timed | undefined> {
  const script = `
import numpy as np
${START}
values = np.memmap(sys.argv[1], dtype=np.float32, mode='r', offset=int(sys.argv[2]))
print(values.min(), values.max(), values.mean(), values.std())
`;
  const python = process.env.MINDSPORE_PYTHON ?? process.env.SHARDSCOPE_PYTHON;
  return timed(python, script, [path, String(offset)]);
}
