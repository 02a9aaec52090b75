import { refuse } from '../errors.ts';
import { escapeText } from '../text/escape.ts';
import type { AuthoredTensor, Parallel } from './author.ts';
import type { Cut } from './cut-rules.ts';
import type { Layout } from './strategy.ts';

/** MindSpore's default `parallel_optimizer_threshold`, in bytes (opt_param_mgr.cc). */
const OPTIMIZER_THRESHOLD = 64 * 1024;

/** The last axis of the device matrix [data, model], in MindSpore's count from the back. */
const MODEL_AXIS = 0;

/** Layouts over the device matrix [data, model], and the parameters that optimizer sharding passes over. */
export class AuthoredLayouts {
  /** Names of parameters below the threshold. */
  readonly tooSmall: string[] = [];
  /** Names of parameters whose rows the sharding does not divide. */
  readonly unsharded: string[] = [];
  readonly #parallel: Parallel;

  constructor(parallel: Parallel) {
    this.#parallel = parallel;
  }

  /**
   * @param byteLength of the weight: decides about sharding, for its states too
   * @throws SG_SHAPE when model parallelism does not divide the dimension that it cuts
   */
  of(tensor: AuthoredTensor, cut: Cut, byteLength = tensor.byteLength): Layout {
    const { data, model, vocabEmbDp = false } = this.#parallel;
    const whole = cut === 'whole' || (cut === 'vocabulary' && vocabEmbDp) || model === 1;
    // A bias is as long as the rows: there is no other dimension.
    const dimension = whole ? -1 : cut === 'columns' ? 1 : 0;
    if (!whole) checkDivides(tensor, dimension, model);
    return {
      deviceMatrix: [data, model],
      tensorMap: tensor.shape.map((_, d) => [d === dimension ? MODEL_AXIS : -1]),
      ...this.#optimizer(tensor, dimension, byteLength),
      paramSplitShape: [],
      indicesOffset: [],
      field: 0,
    };
  }

  /**
   * Optimizer sharding as MindSpore decides it for each parameter (tensor_layout.cc, GenerateOptShardSliceShape;
   * operator_info.cc, CreateGroupForOptShard): the ranks that the cut leaves as replicas share the rows of
   * dimension 0, when those divide. The step is the distance of neighbours among them.
   */
  #optimizer(
    { name, shape }: AuthoredTensor,
    dimension: number,
    byteLength: number | undefined,
  ): Pick<Layout, 'optShardStep' | 'optShardSize'> {
    const { data, model, optimizerShard = 0, optimizerThreshold = OPTIMIZER_THRESHOLD } = this.#parallel;
    const off = { optShardStep: 0, optShardSize: 0 };
    const uncut = dimension === -1;
    const replicas = uncut ? data * model : data;
    const parts = optimizerShard === -1 ? replicas : optimizerShard;
    if (parts <= 1 || shape.length === 0) return off;
    if (byteLength !== undefined && byteLength < optimizerThreshold) {
      this.tooSmall.push(name);
      return off;
    }
    if (Number(shape[0]) % (dimension === 0 ? model * parts : parts) !== 0) {
      this.unsharded.push(name);
      return off;
    }
    return { optShardStep: uncut ? 1 : model, optShardSize: optimizerShard };
  }
}

function checkDivides({ name, shape }: AuthoredTensor, dimension: number, model: number): void {
  const size = shape[dimension];
  const what = dimension === 0 ? 'rows' : 'columns';
  if (typeof size === 'number' && size % model === 0) return;
  refuse(
    'SG_SHAPE',
    `'${escapeText(name)}' [${shape.join(', ')}] cannot be cut: ${size === undefined ? 'it has no' : `its ${size}`} ${what}${size === undefined ? '' : ` are no multiple of model parallel ${model}`}`,
    dimension === 0 && shape.length === 2
      ? 'Choose a model parallel that divides it; an embedding or lm_head can stay whole (vocabEmbDp).'
      : 'Choose a model parallel that divides it.',
    { tensor: name, expected: `a multiple of ${model}`, found: `${size ?? 'none'}` },
  );
}
