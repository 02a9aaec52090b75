import type { ModelFamily } from './family.ts';
import { LLAMA } from './llama.ts';

/** Qwen2: Llama's names, with biases on q, k and v that follow their weights. */
export const QWEN2: ModelFamily = {
  name: 'Qwen2',
  modelType: 'qwen2',
  architectures: ['Qwen2ForCausalLM'],
  rules: LLAMA.rules,
  joins: LLAMA.joins,
};
