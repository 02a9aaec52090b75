import { layoutKey } from '../layout/layout.ts';
import { stageSlices } from '../layout/stage-slices.ts';
import { numericShape } from '../model/build.ts';
import type { ModelTensor } from '../model.ts';

/** The slices of a tensor, numbered by their position in it: as the side panel draws them. */
export interface NumberedSlices {
  readonly count: number;
  /** Number of the slice that the layouts give a rank; undefined for ranks that should hold nothing. */
  ofRank(rank: number): number | undefined;
}

/** Numbers slices once per layout and shape: a model of 1,000 tensors has a handful of distinct pairs. */
export class SliceNumbers {
  readonly #devicesPerStage: number;
  readonly #known = new Map<string, NumberedSlices>();

  constructor(devicesPerStage: number) {
    this.#devicesPerStage = devicesPerStage;
  }

  /** @throws SG_SHAPE when a layout does not fit the tensor, SG_DEVICES when it has too many devices */
  of(tensor: ModelTensor): NumberedSlices | undefined {
    const shape = numericShape(tensor);
    if (!shape || tensor.layouts.length === 0) return undefined;
    const layouts = tensor.layouts.map(({ stage, layout }) => `${stage}:${layoutKey(layout)}`);
    const key = `${layouts.join(';')}|${shape.join(',')}`;
    let known = this.#known.get(key);
    if (!known) {
      known = this.#number(tensor, shape);
      this.#known.set(key, known);
    }
    return known;
  }

  #number({ name, layouts }: ModelTensor, shape: readonly number[]): NumberedSlices {
    const { boxes, stages } = stageSlices(name, layouts, this.#devicesPerStage, shape);
    const perStage = new Map(stages.map(({ stage, slice }) => [stage, slice]));
    const devices = this.#devicesPerStage;
    return {
      count: boxes.length,
      ofRank: (rank) => perStage.get(Math.floor(rank / devices))?.[rank % devices],
    };
  }
}
