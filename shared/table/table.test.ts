import { expect, test } from 'vitest';
import type { TableRow } from '../checkpoint.ts';
import { completeModel, distributedModel, namedModel, type Stored } from './sample-model.ts';
import { drawn, page, request } from './sample-page.ts';
import { tableNames } from './table.ts';

const { model: ranks } = distributedModel(2);

test('the flat view lists whole names in natural order', () => {
  const model = namedModel(['b.10.w', 'b.9.w', 'a', '__proto__', '']);
  const { rows, ...rest } = page(model, { view: 'flat' });
  expect(rows.map((row) => row.label)).toEqual(['', '__proto__', 'a', 'b.9.w', 'b.10.w']);
  expect(rest).toEqual({
    totalRows: 5,
    offset: 0,
    matching: 5,
    tensorCount: 5,
    matchingBytes: 20,
    filterErrors: [],
  });
});

test('a row says what is stored, and where', () => {
  const [row] = page(ranks, { view: 'flat', filter: 'layers.1.feed_forward role:weight' }).rows;
  expect(row).toEqual({
    type: 'tensor',
    name: 'model.layers.1.feed_forward.w2.weight',
    label: 'model.layers.1.feed_forward.w2.weight',
    depth: 0,
    dtype: 'BF16',
    shape: [3584, 18944],
    elements: 67_895_296,
    byteLength: 135_790_592,
    role: 'weight',
    slices: 4,
    copies: 2,
    file: 'rank_0/net.safetensors',
    ranks: 8,
  });
});

test('the tree has a group per layer, and one per kind of optimizer state behind the weights', () => {
  expect(drawn(page(ranks).rows)).toEqual([
    'global_step',
    '- model.layers.0 (3)',
    '  attention.wq.weight',
    '  feed_forward.w2.weight',
    '  ffn_norm.weight',
    '- model.layers.1 (3)',
    '  attention.wq.weight',
    '  feed_forward.w2.weight',
    '  ffn_norm.weight',
    'model.norm_out.weight',
    'model.tok_embeddings.embedding_weight',
    ...['adam_m', 'adam_v'].flatMap((state) => [
      `- ${state} (8)`,
      '  - model.layers.0 (3)',
      '    attention.wq.weight',
      '    feed_forward.w2.weight',
      '    ffn_norm.weight',
      '  - model.layers.1 (3)',
      '    attention.wq.weight',
      '    feed_forward.w2.weight',
      '    ffn_norm.weight',
      '  model.norm_out.weight',
      '  model.tok_embeddings.embedding_weight',
    ]),
  ]);
  expect(page(ranks, { filter: 'role:weight' }).rows[0]).toEqual({
    type: 'group',
    name: 'model.layers.0',
    label: 'model.layers.0',
    depth: 0,
    count: 3,
    byteLength: 3584 * 3584 * 2 + 135_790_592 + 3584 * 4,
    expanded: true,
  });
});

test('toggled groups change their state, whatever else is toggled', () => {
  const toggled = ['adam_m', 'adam_v', 'model.layers.1', 'no.such.group.0'];
  const { rows, totalRows } = page(ranks, { toggled });
  expect(drawn(rows)).toEqual([
    'global_step',
    '- model.layers.0 (3)',
    '  attention.wq.weight',
    '  feed_forward.w2.weight',
    '  ffn_norm.weight',
    '+ model.layers.1 (3)',
    'model.norm_out.weight',
    'model.tok_embeddings.embedding_weight',
    '+ adam_m (8)',
    '+ adam_v (8)',
  ]);
  expect(totalRows).toBe(10);
  expect(page(ranks, { toggled: toggled.slice(0, 2) }).totalRows).toBe(13);
  expect(page(ranks).totalRows).toBe(33);
});

test('experts nest in layers; one tensor is no group; a lone group is joined with the one around it', () => {
  const model = namedModel([
    'model.layers.0.mlp.experts.0.w1',
    'model.layers.0.mlp.experts.0.w2',
    'model.layers.0.mlp.experts.10.w1',
    'model.layers.0.mlp.experts.10.w2',
    'model.layers.0.mlp.experts.9.w1',
    'model.layers.0.norm',
    'model.layers.1.norm',
    'blocks.0.sub.3.a',
    'blocks.0.sub.3.b',
    'list.0',
    'list.1',
    '7.a',
    '7.b',
    '.5.a',
    '.5.b',
  ]);
  expect(drawn(page(model).rows)).toEqual([
    '- .5 (2)',
    '  a',
    '  b',
    '- 7 (2)',
    '  a',
    '  b',
    '- blocks.0.sub.3 (2)',
    '  a',
    '  b',
    'list.0',
    'list.1',
    '- model.layers.0 (6)',
    '  - mlp.experts.0 (2)',
    '    w1',
    '    w2',
    '  mlp.experts.9.w1',
    '  - mlp.experts.10 (2)',
    '    w1',
    '    w2',
    '  norm',
    'model.layers.1.norm',
  ]);
});

test('a filter leaves only groups that still hold two tensors', () => {
  expect(drawn(page(ranks, { filter: 'w2 !adam' }).rows)).toEqual([
    'model.layers.0.feed_forward.w2.weight',
    'model.layers.1.feed_forward.w2.weight',
  ]);
  const { rows, matching, matchingBytes, tensorCount } = page(ranks, { filter: 'layers.0 w2' });
  expect(drawn(rows)).toEqual([
    'model.layers.0.feed_forward.w2.weight',
    'adam_m.model.layers.0.feed_forward.w2.weight',
    'adam_v.model.layers.0.feed_forward.w2.weight',
  ]);
  expect([matching, matchingBytes, tensorCount]).toEqual([3, 135_790_592 * 5, 25]);
  expect(drawn(page(ranks, { filter: '/attention|w2/ !model.layers.1 !adam_v' }).rows)).toEqual([
    '- model.layers.0 (2)',
    '  attention.wq.weight',
    '  feed_forward.w2.weight',
    '- adam_m.model.layers.0 (2)',
    '  attention.wq.weight',
    '  feed_forward.w2.weight',
  ]);
});

test('a filter with errors says so and does the rest', () => {
  const { rows, filterErrors, matching } = page(ranks, { filter: 'norm_out size:huge !adam' });
  expect(rows).toHaveLength(1);
  expect(matching).toBe(1);
  expect(filterErrors).toEqual([expect.stringMatching(/^"huge" is no size/)]);
});

test('pages are windows on the rows', () => {
  const whole = page(ranks).rows;
  const parts: TableRow[] = [];
  for (let offset = 0; offset < whole.length; offset += 7) parts.push(...page(ranks, {}, offset, 7).rows);
  expect(parts).toEqual(whole);
  expect(page(ranks, {}, 1000, 10)).toMatchObject({ totalRows: 33, offset: 1000, rows: [] });
});

test('levels are open by default as far as 2,000 rows show', () => {
  const names: string[] = [];
  for (let layer = 0; layer < 30; layer++)
    for (let expert = 0; expert < 32; expert++)
      for (const w of ['w1', 'w2']) names.push(`layers.${layer}.experts.${expert}.${w}`);
  const model = namedModel(names); // 30 layers, 960 experts, 1,920 tensors: 2,910 rows
  const { totalRows, rows } = page(model);
  expect(totalRows).toBe(990);
  expect(drawn(rows.slice(0, 3))).toEqual(['- layers.0 (64)', '  + experts.0 (2)', '  + experts.1 (2)']);
  expect(page(model, { toggled: ['layers.0', 'layers.1.experts.0'] }).totalRows).toBe(990 - 32 + 2);
  // With fewer matching tensors all is open.
  expect(page(model, { filter: '/layers\\.\\d\\./' }).totalRows).toBe(10 * 32 * 3 + 10);
});

test('a million tensors', () => {
  const tensors: Stored[] = [];
  for (let layer = 0; layer < 100; layer++)
    for (let expert = 0; expert < 2500; expert++)
      for (const w of ['w1', 'w2', 'w3', 'w4'])
        tensors.push([
          `model.layers.${layer}.experts.${expert}.${w}`,
          w === 'w1' ? 'F32' : 'BF16',
          [expert + 1, 7],
        ]);
  const model = completeModel(tensors);
  const tree = page(model, {}, 0, 3);
  expect(tree).toMatchObject({ totalRows: 100, matching: 1_000_000, tensorCount: 1_000_000 });
  expect(drawn(tree.rows)[2]).toBe('+ model.layers.2 (10000)');
  const opened = page(model, { toggled: ['model.layers.1', 'model.layers.1.experts.2499'] }, 2500, 6);
  expect(opened.totalRows).toBe(100 + 2500 + 4);
  expect(drawn(opened.rows)).toEqual([
    '  + experts.2498 (4)',
    '  - experts.2499 (4)',
    '    w1',
    '    w2',
    '    w3',
    '    w4',
  ]);
  const found = page(model, { view: 'flat', filter: '/experts\\.24\\d\\d\\./ dtype:f32 !layers.1' }, 100, 2);
  expect(found.matching).toBe(89 * 100);
  expect(found.rows.map((row) => row.name)).toEqual([
    'model.layers.2.experts.2400.w1',
    'model.layers.2.experts.2401.w1',
  ]);
  const largest = page(model, { view: 'flat', sort: { column: 'size', descending: true } }, 100, 1);
  expect(largest.rows[0]).toMatchObject({ name: 'model.layers.0.experts.2498.w1', byteLength: 2499 * 7 * 4 });
  const closed = tableNames(model, request({ filter: 'layers.99. w2' }), 0, 0);
  expect([closed.length, closed[2]]).toEqual([2500, 'model.layers.99.experts.2.w2']);
}, 60_000);
