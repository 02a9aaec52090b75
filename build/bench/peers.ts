import { join } from 'node:path';
import { measure, type Run } from './measure.ts';

/** The Python of MINDSPORE_PYTHON merges the same checkpoint; undefined when it is not set. */
export async function mindSporeMerge(
  run: string,
  strategy: string,
  out: string,
): Promise<(Run & { callSeconds: number }) | undefined> {
  const python = process.env.MINDSPORE_PYTHON;
  if (!python) return undefined;
  const script = `
import sys, time
import mindspore as ms
began = time.time()
ms.unified_safetensors(sys.argv[1], sys.argv[2], sys.argv[3], file_suffix='1_100')
print(time.time() - began)
`;
  const result = await measure(python, ['-c', script, join(run, 'checkpoint'), strategy, out]);
  return { ...result, callSeconds: Number(result.stdout.trim().split('\n').at(-1)) };
}

/** Reads every header with Python's safetensors: seconds without and with the start of Python. */
export async function pythonHeaders(run: string): Promise<(Run & { callSeconds: number }) | undefined> {
  const python = process.env.MINDSPORE_PYTHON ?? process.env.SHARDSCOPE_PYTHON;
  if (!python) return undefined;
  const script = `
import glob, sys, time
from safetensors import safe_open
began = time.time()
count = 0
for name in glob.glob(sys.argv[1] + '/checkpoint/*/*.safetensors'):
    with safe_open(name, 'np') as file:
        for key in file.keys():
            part = file.get_slice(key)
            part.get_shape(), part.get_dtype()
            count += 1
print(time.time() - began)
`;
  const result = await measure(python, ['-c', script, run]);
  return { ...result, callSeconds: Number(result.stdout.trim().split('\n').at(-1)) };
}
