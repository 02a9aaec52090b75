import type { RedundancySummary } from '../../../shared/checkpoint.ts';
import { BoxCache } from '../../../shared/model/boxes.ts';
import { numericShape } from '../../../shared/model/build.ts';
import type { Model, ModelTensor, WeightFile } from '../../../shared/model.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';

/**
 * full: some slice lies on several ranks; removed: ranks that are here should share slices, but every slice lies
 * once; none: no two of these ranks share one. Where ranks are missing, one copy is no sign that redundancy was
 * removed: then the files' own flag is. Without a strategy nothing else says something.
 */
export function redundancyOf(model: Model, strategy: Strategy | undefined): RedundancySummary {
  const flag = redundancyFlag(model.files);
  const neededBytes = model.tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0);
  const said = { ...(flag !== undefined && { flag }), neededBytes };
  if (!strategy) return { state: flag ? 'removed' : 'unknown', ...said };
  const sharing = new Sharing(model, strategy);
  let shared = false;
  for (const tensor of model.tensors) {
    const { layouts, slices, holders } = tensor;
    if (layouts.length === 0) continue;
    // A tied tensor lies in several stages, once in each: those are no replicas by layout.
    if (holders.length > slices * layouts.length) return { state: 'full', ...said };
    shared ||= flag === true ? slices < strategy.devicesPerStage : sharing.of(tensor);
  }
  return { state: shared ? 'removed' : 'none', ...said };
}

/**
 * Whether parameters may have gone with missing ranks: redundancy was removed, or all that is here of a layout with
 * replicas is one copy of each slice.
 */
export function mayLackParameters(
  model: Model,
  { devicesPerStage }: Strategy,
  { state, flag }: RedundancySummary,
): boolean {
  if (state !== 'none') return state === 'removed';
  return (
    flag !== false &&
    model.tensors.some(({ layouts, slices }) => layouts.length > 0 && slices < devicesPerStage)
  );
}

/** Which tensors some of the ranks that are here should hold the same slice of. */
class Sharing {
  readonly #boxes = new BoxCache();
  /** Of each stage, the ranks that are here, counted within it. */
  readonly #here: readonly number[][];
  readonly #devices: number;

  constructor(model: Model, { stages, devicesPerStage }: Strategy) {
    this.#devices = devicesPerStage;
    this.#here = stages.map(() => []);
    for (const { rank = 0 } of model.files)
      this.#here[Math.floor(rank / devicesPerStage)]?.push(rank % devicesPerStage);
  }

  of(tensor: ModelTensor): boolean {
    const shape = numericShape(tensor);
    return tensor.layouts.some(({ stage, layout }) => {
      const here = this.#here[stage] ?? [];
      if (here.length < 2 || tensor.slices === 1 || here.length === this.#devices)
        return here.length > 1 && tensor.slices < this.#devices;
      const slice = shape && this.#boxes.of(tensor.name, layout, shape).slice;
      return slice !== undefined && new Set(here.map((local) => slice[local])).size < here.length;
    });
  }
}

/** `remove_redundancy` of the files' metadata; undefined where no file has it or files differ. */
export function redundancyFlag(files: readonly WeightFile[]): boolean | undefined {
  const said = new Set<string>();
  for (const { header } of files) {
    const value = header.metadata.get('remove_redundancy');
    if (value !== undefined) said.add(value.toLowerCase());
  }
  return said.size !== 1 ? undefined : said.has('true') ? true : said.has('false') ? false : undefined;
}
