import type { Layout } from '../../shared/strategy/strategy.ts';

/** Sizes of a Llama-like model. `kv` = rows of the key and value projections (grouped-query attention). */
export interface LlamaSize {
  readonly layers: number;
  readonly hidden: number;
  readonly kv: number;
  readonly ffn: number;
  readonly vocabulary: number;
}

/** A parameter as MindSpore Transformers names, types and cuts it. */
export interface Parameter {
  readonly name: string;
  readonly dtype: 'BF16' | 'F32';
  readonly shape: readonly number[];
  readonly layout: Layout;
  /** Values are normal with this mean and deviation. */
  readonly mean: number;
  readonly deviation: number;
}

/** Two data-parallel replicas of a model cut in four: 8 ranks, each slice on two of them. */
export const RANKS = 8;
const DEVICE_MATRIX = [2, 4];

// Tensor map entries: 0 is the last axis of the device matrix (model parallel), -1 is not cut.
const ROWS = [[0], [-1]];
const COLUMNS = [[-1], [0]];
const WHOLE = [[-1]];

function layout(tensorMap: Layout['tensorMap']): Layout {
  return {
    deviceMatrix: DEVICE_MATRIX,
    tensorMap,
    optShardStep: 0,
    optShardSize: 0,
    paramSplitShape: [],
    indicesOffset: [],
    field: 0,
  };
}

/** All parameters of the model with their optimizer state, in the order training lists them. */
export function llamaParameters(size: LlamaSize): Parameter[] {
  const { layers, hidden, kv, ffn, vocabulary } = size;
  const weights: Parameter[] = [];
  const matrix = (name: string, shape: readonly number[], map: Layout['tensorMap']) =>
    weights.push({
      name,
      dtype: 'BF16',
      shape,
      layout: layout(map),
      mean: 0,
      deviation: 1 / Math.sqrt(hidden),
    });
  const norm = (name: string) =>
    weights.push({ name, dtype: 'F32', shape: [hidden], layout: layout(WHOLE), mean: 1, deviation: 0.05 });

  matrix('model.tok_embeddings.embedding_weight', [vocabulary, hidden], ROWS);
  for (let i = 0; i < layers; i++) {
    const at = `model.layers.${i}`;
    matrix(`${at}.attention.wq.weight`, [hidden, hidden], ROWS);
    matrix(`${at}.attention.wk.weight`, [kv, hidden], ROWS);
    matrix(`${at}.attention.wv.weight`, [kv, hidden], ROWS);
    matrix(`${at}.attention.wo.weight`, [hidden, hidden], COLUMNS);
    matrix(`${at}.feed_forward.w1.weight`, [ffn, hidden], ROWS);
    matrix(`${at}.feed_forward.w2.weight`, [hidden, ffn], COLUMNS);
    matrix(`${at}.feed_forward.w3.weight`, [ffn, hidden], ROWS);
    norm(`${at}.attention_norm.weight`);
    norm(`${at}.ffn_norm.weight`);
  }
  norm('model.norm_out.weight');
  matrix('lm_head.weight', [vocabulary, hidden], ROWS);
  const moment = (prefix: string, deviation: number) =>
    weights.map(
      (one): Parameter => ({
        ...one,
        name: `${prefix}.${one.name}`,
        dtype: 'F32',
        mean: 0,
        deviation,
      }),
    );
  return [...weights, ...moment('adam_m', 1e-4), ...moment('adam_v', 1e-8)];
}

/** Bytes of one element. */
export function itemSize(parameter: Parameter): number {
  return parameter.dtype === 'BF16' ? 2 : 4;
}
