import { expect, test } from 'vitest';
import { load } from './sample-loading.ts';
import { rankSummary } from './sample-summary.ts';

test('Python for rank folders, for those put together, and for a number format that NumPy lacks', () => {
  const { python } = load(rankSummary(), 'same-layout');
  expect(python.mindspore).toContain(
    'file = Path("/data/run/output/checkpoint") / f"rank_{rank}" / f"qwen_rank_{rank}-1_20.safetensors"',
  );
  expect(python.safetensors).toContain('for rank in range(8):');
  expect(python.safetensors).not.toContain('bfloat16');
  const merging = load(
    rankSummary({ dtypes: [{ dtype: 'BF16', tensors: 1, bytes: 1 }] }),
    'other-layout',
  ).python;
  expect(merging.mindspore).toContain('ms.unified_safetensors(');
  expect(merging.mindspore).toContain('file_suffix="1_20"');
  expect(merging.safetensors).toContain('import mindspore  # teaches NumPy bfloat16');
});
