import type { TensorRole } from '../checkpoint.ts';

/** Parts of a name before its last ones that may be an optimizer's prefix: `adam_m.`, `state.exp_avg.`. */
const MAX_PREFIX_PARTS = 2;

/** Names tried per prefix before it is taken for no optimizer's: so a million names cost no look-up each. */
const TRIES = 32;

/** What MindSpore's training callbacks store beside the weights. */
const HYPER_NAMES = new Set([
  'epoch_num',
  'step_num',
  'global_step',
  'loss_scale',
  'learning_rate',
  'current_iterator_step',
  'last_overflow_iterator_step',
  'scale_sense',
  'random_op',
]);

/**
 * Tells what tensors are for by names alone. The optimizer's state of a weight is called like the weight with
 * something before it (`adam_m.model.norm_out.weight`), whatever the optimizer: so a prefix is an optimizer's
 * when a tensor is called like the rest of a name behind it.
 */
export class Roles {
  readonly #names: { has(name: string): boolean };
  /** Prefix → true for an optimizer's, else how many names behind it were tried in vain. */
  readonly #prefixes = new Map<string, true | number>();

  constructor(names: { has(name: string): boolean }) {
    this.#names = names;
  }

  weightOrState(name: string): TensorRole {
    let dot = name.indexOf('.');
    for (let parts = 0; dot > 0 && parts < MAX_PREFIX_PARTS; parts++) {
      if (this.#isOptimizers(name, dot)) return 'optimizer';
      dot = name.indexOf('.', dot + 1);
    }
    return 'weight';
  }

  /** For rank files where no strategy says which names are parameters. */
  ofRankFile(name: string, elements: number): TensorRole {
    if (!name.includes('.') && (HYPER_NAMES.has(name) || elements <= 1)) return 'hyper';
    return this.weightOrState(name);
  }

  #isOptimizers(name: string, dot: number): boolean {
    const prefix = name.slice(0, dot);
    const known = this.#prefixes.get(prefix) ?? 0;
    if (known === true || known >= TRIES) return known === true;
    const found = this.#names.has(name.slice(dot + 1));
    this.#prefixes.set(prefix, found || known + 1);
    return found;
  }
}
