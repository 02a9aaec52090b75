import { LLAMA } from './llama.ts';
import { QWEN2 } from './qwen2.ts';

/** One module's name in both worlds, as patterns of `pattern.ts`. */
export interface NameRule {
  readonly huggingFace: string;
  readonly mindSpore: string;
}

/**
 * Tensors that MindSpore can hold as one (`qkv_concat`): rows of the parts group by group. `heads`: a group for
 * each key/value head, with its query heads' rows, its key rows, its value rows. `rows`: rows alternate.
 * Names are MindSpore's; only `weight` and `bias` are joined.
 */
export interface JoinRule {
  readonly whole: string;
  readonly parts: readonly string[];
  readonly by: 'heads' | 'rows';
}

/** How the models of one family are called: everything that renaming knows about it, as data. */
export interface ModelFamily {
  readonly name: string;
  /** `model_type` and `architectures` of the family's config.json. */
  readonly modelType: string;
  readonly architectures: readonly string[];
  readonly rules: readonly NameRule[];
  readonly joins: readonly JoinRule[];
}

/** The families known, the first for models whose config.json is missing or names another. */
export const FAMILIES: readonly [ModelFamily, ...ModelFamily[]] = [LLAMA, QWEN2];
