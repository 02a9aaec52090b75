import { expect, test } from 'vitest';
import { pythonText } from './python.ts';
import { completeModel, distributedModel } from './sample-model.ts';

test('with NumPy where it has the dtypes', () => {
  const model = completeModel([
    ['a', 'F32', [2]],
    ['b "quoted"\n', 'I64', [2]],
    ['c', 'BF16', [2]],
  ]);
  const [a, b] = model.tensors;
  if (!a || !b) throw new Error('no tensors');
  expect(pythonText(model, [a, b])).toBe(`from safetensors import safe_open

names = {
    "a",
    "b \\"quoted\\"\\n",
}
files = [
    "/data/model.safetensors",
]
tensors = {}
for path in files:
    with safe_open(path, framework="numpy") as file:
        for name in names.intersection(file.keys()):
            tensors[name] = file.get_tensor(name)
`);
  expect(pythonText(model, model.tensors)).toContain(
    '    tensors.update(ms.load_checkpoint(path, format="safetensors"))',
  );
});

test('of rank folders each rank its part; what MindSpore has not with PyTorch', () => {
  const { model } = distributedModel(1);
  const norm = model.tensors.filter(({ name }) => name === 'model.norm_out.weight');
  const text = pythonText(model, norm);
  expect(text).toContain('    (7, "/data/out/checkpoint/rank_7/net.safetensors"),');
  expect(text).toContain('tensors.setdefault(rank, {})[name] = file.get_tensor(name)');
  const f8 = completeModel([['a', 'F8_E4M3', [2]]]);
  expect(pythonText(f8, f8.tensors)).toContain('framework="pt"');
});
