import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitsOf, DTYPE_NAMES, DTYPES } from '../dtype.ts';
import { serializeHeader } from './serialize.ts';

/**
 * Reads [{tensors: [[name, dtype, shape, bytes]], metadata}] from stdin and prints the header of each file, in
 * hex. The library takes the shape of F4 as stored, two elements a byte. Data is never read: lengths count.
 */
const LIBRARY = `
import ctypes, json, sys
from safetensors import TensorSpec, serialize
memory = ctypes.create_string_buffer(1 << 20)
for file in json.load(sys.stdin):
    specs = {}
    for name, dtype, shape, length in file['tensors']:
        if dtype == 'float4_e2m1fn':
            dtype, shape[-1] = 'float4_e2m1fn_x2', shape[-1] // 2
        specs[name] = TensorSpec(dtype=dtype, shape=shape, data_ptr=ctypes.addressof(memory), data_len=length)
    data = bytes(serialize(specs, metadata=file['metadata']))
    print(data[: 8 + int.from_bytes(data[:8], 'little')].hex())
`;

// F6 has no name that the library's writer takes.
const dtype = fc.constantFrom(...DTYPE_NAMES.filter((name) => !name.startsWith('F6_')));
const name = fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => text !== '__metadata__');
const tensor = fc
  .record({ name, dtype, shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }) })
  .map((made) => {
    const shape = made.dtype === 'F4' ? [...made.shape, 2] : made.shape;
    const elements = shape.reduce((product, n) => product * n, 1);
    return { ...made, shape, byteLength: (elements * bitsOf(made.dtype)) / 8 };
  });
const file = fc.record({
  tensors: fc.uniqueArray(tensor, { selector: (each) => each.name, maxLength: 12 }),
  // One key at most: the library writes several in random order.
  metadata: fc.option(fc.tuple(name, fc.string({ unit: 'binary' }))),
});

const python = process.env.SHARDSCOPE_PYTHON;

test.skipIf(python === undefined)(
  '200 random headers equal those of the safetensors library (needs SHARDSCOPE_PYTHON with safetensors)',
  () => {
    const files = fc.sample(file, { seed: 3, numRuns: 200 });
    const input = files.map(({ tensors, metadata }) => ({
      tensors: tensors.map((each) => [each.name, DTYPES[each.dtype].numpy, each.shape, each.byteLength]),
      metadata: metadata === null ? null : Object.fromEntries([metadata]),
    }));
    const run = spawnSync(python ?? '', ['-c', LIBRARY], { input: JSON.stringify(input), encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    const ours = files.map(({ tensors, metadata }) => {
      const { bytes } = serializeHeader(tensors, new Map(metadata === null ? [] : [metadata]));
      return Buffer.from(bytes).toString('hex');
    });
    expect(run.stdout.trimEnd().split('\n')).toEqual(ours);
  },
);
