import type { ModelFamily } from './family.ts';

const LAYER = 'model.layers.{layer}';

/** Llama as Hugging Face's `LlamaForCausalLM` and MindSpore Transformers' call its tensors (docs/formats.md). */
export const LLAMA: ModelFamily = {
  name: 'Llama',
  modelType: 'llama',
  architectures: ['LlamaForCausalLM'],
  rules: [
    { huggingFace: 'model.embed_tokens.weight', mindSpore: 'model.tok_embeddings.embedding_weight' },
    { huggingFace: `${LAYER}.self_attn.q_proj.*`, mindSpore: `${LAYER}.attention.wq.*` },
    { huggingFace: `${LAYER}.self_attn.k_proj.*`, mindSpore: `${LAYER}.attention.wk.*` },
    { huggingFace: `${LAYER}.self_attn.v_proj.*`, mindSpore: `${LAYER}.attention.wv.*` },
    { huggingFace: `${LAYER}.self_attn.o_proj.*`, mindSpore: `${LAYER}.attention.wo.*` },
    { huggingFace: `${LAYER}.mlp.gate_proj.*`, mindSpore: `${LAYER}.feed_forward.w1.*` },
    { huggingFace: `${LAYER}.mlp.down_proj.*`, mindSpore: `${LAYER}.feed_forward.w2.*` },
    { huggingFace: `${LAYER}.mlp.up_proj.*`, mindSpore: `${LAYER}.feed_forward.w3.*` },
    { huggingFace: `${LAYER}.input_layernorm.*`, mindSpore: `${LAYER}.attention_norm.*` },
    { huggingFace: `${LAYER}.post_attention_layernorm.*`, mindSpore: `${LAYER}.ffn_norm.*` },
    { huggingFace: 'model.norm.*', mindSpore: 'model.norm_out.*' },
    { huggingFace: 'lm_head.*', mindSpore: 'lm_head.*' },
  ],
  joins: [
    {
      whole: `${LAYER}.attention.w_qkv.*`,
      parts: [`${LAYER}.attention.wq.*`, `${LAYER}.attention.wk.*`, `${LAYER}.attention.wv.*`],
      by: 'heads',
    },
    {
      whole: `${LAYER}.feed_forward.w_gate_hidden.*`,
      parts: [`${LAYER}.feed_forward.w1.*`, `${LAYER}.feed_forward.w3.*`],
      by: 'rows',
    },
  ],
};
