import type { Dim } from '../checkpoint.ts';
import { asFault, type Fault, fault, ShardscopeError } from '../errors.ts';
import { checkLayout } from '../layout/layout.ts';
import { BoxCache } from '../model/boxes.ts';
import { numericShape } from '../model/build.ts';
import { isUneven } from '../model/pieces.ts';
import { missingRanks } from '../model/problems.ts';
import type { Model, ModelTensor } from '../model.ts';
import { escapeText } from '../text/escape.ts';
import { rankList } from '../text/ranks.ts';
import { formatShape } from '../text/units.ts';
import type { Layout, Strategy } from './strategy.ts';

/** How a parameter's layout and the weight files agree. */
export type Fit =
  /** `ranks` files hold it, in these shapes (of a slice; of the whole in complete weights, where `ranks` is 0). */
  | { readonly state: 'fits'; readonly ranks: number; readonly shapes: readonly (readonly Dim[])[] }
  /** What does not fit, with what is expected and found. */
  | { readonly state: 'misfit'; readonly fault: Fault }
  /** In no file; normal for optimizer state beside weights saved without it. */
  | { readonly state: 'absent' }
  /** There are no weights to hold it against. */
  | { readonly state: 'alone' };

/** Holds layouts against files, each parameter by itself: one that does not fit says nothing about the others. */
export class FitCheck {
  readonly #model: Model;
  readonly #devicesPerStage: number;
  readonly #boxes = new BoxCache();

  constructor(model: Model, strategy: Strategy) {
    this.#model = model;
    this.#devicesPerStage = strategy.devicesPerStage;
  }

  of(name: string, layouts: readonly { readonly layout: Layout }[]): Fit {
    const tensor = this.#model.byName.get(name);
    try {
      for (const { layout } of layouts) checkLayout(name, layout, tensor?.shape.length);
      if (!tensor) return { state: this.#model.files.length === 0 ? 'alone' : 'absent' };
      const gap = tensor.layouts.length === 0 ? this.#cutWhole(tensor, layouts) : this.#lookAtSlices(tensor);
      return gap ? { state: 'misfit', fault: gap } : fits(this.#model, tensor);
    } catch (error) {
      if (error instanceof ShardscopeError) return { state: 'misfit', fault: asFault(error) };
      throw error;
    }
  }

  /** Complete weights: only whether they can be cut like that. Throws SG_SHAPE when not. */
  #cutWhole(tensor: ModelTensor, layouts: readonly { readonly layout: Layout }[]): undefined {
    const shape = numericShape(tensor);
    if (shape) for (const { layout } of layouts) this.#boxes.of(tensor.name, layout, shape);
  }

  /** Throws what `pieces` refuses; gives back what is in no file. */
  #lookAtSlices(tensor: ModelTensor): Fault | undefined {
    const [first] = tensor.holders;
    // The whole shape comes from the first rank's slice: where all have that one, the boxes are those of the layout.
    const alike = tensor.holders.every(({ stored }) => stored === first?.stored);
    if (!alike || tensor.layouts.length > 1 || tensor.layouts.some(({ layout }) => isUneven(layout)))
      this.#model.pieces(tensor);
    const shape = numericShape(tensor);
    if (!shape) return undefined;
    const missing = missingRanks(tensor, shape, this.#model, this.#boxes, this.#devicesPerStage);
    if (missing.length === 0) return undefined;
    return fault(
      'SG_COVERAGE',
      `slices of '${escapeText(tensor.name)}' that ${rankList(missing)} should hold are in no file`,
      'Add the missing rank folders, or open a save that has them.',
      { tensor: tensor.name },
    );
  }
}

function fits({ files }: Model, { holders }: ModelTensor): Fit {
  const shapes = new Map(holders.map(({ stored }) => [formatShape(stored.shape), stored.shape]));
  const ranks = new Set(holders.flatMap(({ file }) => files[file]?.rank ?? []));
  return { state: 'fits', ranks: ranks.size, shapes: [...shapes.values()] };
}
