/**
 * How model parallelism cuts a parameter: along its rows (the outputs of a matrix), along its columns (the
 * inputs), or not at all. `vocabulary`: along the rows, unless the vocabulary is data parallel.
 */
export type Cut = 'rows' | 'columns' | 'vocabulary' | 'whole';

/** Which pipeline stage a parameter is on: that of its layer, the first, or the last. */
export type Place = 'layer' | 'first' | 'last';

export interface CutRule {
  /** A pattern of MindSpore names, as in `rename/pattern.ts`. */
  readonly name: string;
  readonly cut: Cut;
  readonly place: Place;
}

const LAYER = 'model.layers.{layer}';
const layer = (name: string, cut: Cut): CutRule => ({ name: `${LAYER}.${name}`, cut, place: 'layer' });

/**
 * Megatron-LM's tensor parallelism as MindSpore Transformers applies it to Llama and Qwen2: a pair of matrices
 * is cut along the first one's rows and the second one's columns, so that one sum over ranks ends the pair. A
 * second matrix' bias is added after that sum, whole. The first rule that fits holds.
 */
export const CUT_RULES: readonly CutRule[] = [
  { name: 'model.tok_embeddings.embedding_weight', cut: 'vocabulary', place: 'first' },
  layer('attention.wq.*', 'rows'),
  layer('attention.wk.*', 'rows'),
  layer('attention.wv.*', 'rows'),
  layer('attention.w_qkv.*', 'rows'),
  layer('attention.wo.weight', 'columns'),
  layer('attention.wo.bias', 'whole'),
  layer('feed_forward.w1.*', 'rows'),
  layer('feed_forward.w3.*', 'rows'),
  layer('feed_forward.w_gate_hidden.*', 'rows'),
  layer('feed_forward.w2.weight', 'columns'),
  layer('feed_forward.w2.bias', 'whole'),
  layer('attention_norm.*', 'whole'),
  layer('ffn_norm.*', 'whole'),
  { name: 'model.norm_out.*', cut: 'whole', place: 'last' },
  { name: 'lm_head.weight', cut: 'vocabulary', place: 'last' },
];
