import fc from 'fast-check';
import { pseudoRandom } from '../../electron/engine/sample-plan.ts';
import { bitsOf, type Dtype } from '../../shared/dtype.ts';
import type { WholeTensor } from './model.ts';

/** For tests: small Llama-like models under Hugging Face's names, with the config.json that describes them. */
export interface RandomLlama {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: readonly WholeTensor[];
}

export const randomLlama: fc.Arbitrary<RandomLlama> = fc
  .record({
    qwen: fc.boolean(),
    layers: fc.integer({ min: 1, max: 12 }),
    keyValueHeads: fc.integer({ min: 1, max: 4 }),
    queriesPerHead: fc.integer({ min: 1, max: 4 }),
    headSize: fc.integer({ min: 1, max: 4 }),
    intermediate: fc.integer({ min: 1, max: 9 }),
    vocabulary: fc.integer({ min: 1, max: 9 }),
    biases: fc.boolean(),
    tied: fc.boolean(),
    dtype: fc.constantFrom<Dtype[]>('BF16', 'F16', 'F32', 'I8', 'F8_E4M3'),
    seed: fc.nat(),
  })
  .map((choice) => {
    const heads = choice.keyValueHeads * choice.queriesPerHead;
    const hidden = heads * choice.headSize;
    const kv = choice.keyValueHeads * choice.headSize;
    const random = pseudoRandom(choice.seed * 2 + 1);
    const tensors: WholeTensor[] = [];
    const add = (name: string, ...shape: number[]) => {
      const count = shape.reduce((product, n) => product * n, 1);
      const { dtype } = choice;
      tensors.push({ name, dtype, shape, bytes: random((count * bitsOf(dtype)) / 8) });
    };
    add('model.embed_tokens.weight', choice.vocabulary, hidden);
    for (let i = 0; i < choice.layers; i++) {
      const layer = `model.layers.${i}`;
      for (const [name, rows] of [['q', hidden] as const, ['k', kv] as const, ['v', kv] as const]) {
        add(`${layer}.self_attn.${name}_proj.weight`, rows, hidden);
        if (choice.biases) add(`${layer}.self_attn.${name}_proj.bias`, rows);
      }
      add(`${layer}.self_attn.o_proj.weight`, hidden, hidden);
      add(`${layer}.mlp.gate_proj.weight`, choice.intermediate, hidden);
      add(`${layer}.mlp.up_proj.weight`, choice.intermediate, hidden);
      add(`${layer}.mlp.down_proj.weight`, hidden, choice.intermediate);
      add(`${layer}.input_layernorm.weight`, hidden);
      add(`${layer}.post_attention_layernorm.weight`, hidden);
    }
    add('model.norm.weight', hidden);
    if (!choice.tied) add('lm_head.weight', choice.vocabulary, hidden);
    return {
      tensors,
      config: {
        architectures: [choice.qwen ? 'Qwen2ForCausalLM' : 'LlamaForCausalLM'],
        model_type: choice.qwen ? 'qwen2' : 'llama',
        hidden_size: hidden,
        intermediate_size: choice.intermediate,
        num_attention_heads: heads,
        num_key_value_heads: choice.keyValueHeads,
        num_hidden_layers: choice.layers,
        tie_word_embeddings: choice.tied,
        vocab_size: choice.vocabulary,
      },
    };
  });

/**
 * `attention.w_qkv` written from the rule, row by row: for each key/value head its query heads' rows, then its
 * key rows, then its value rows (docs/formats.md).
 */
export function joinedRows(parts: readonly [WholeTensor, WholeTensor, WholeTensor], keyValueHeads: number) {
  return joined(parts, keyValueHeads);
}

/** `feed_forward.w_gate_hidden`: rows of gate and up by turns. */
export function alternatingRows(parts: readonly [WholeTensor, WholeTensor]) {
  return joined(parts, parts[0].shape[0] ?? 1);
}

function joined(parts: readonly WholeTensor[], groups: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let group = 0; group < groups; group++)
    for (const { bytes } of parts) {
      const length = bytes.length / groups;
      chunks.push(bytes.subarray(group * length, (group + 1) * length));
    }
  return Buffer.concat(chunks);
}
