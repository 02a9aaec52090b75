import type { RedundancySummary } from '../../../shared/checkpoint.ts';
import type { Model, WeightFile } from '../../../shared/model.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';

/**
 * full: some slice lies on several ranks; removed: the layout has replicas but every slice lies once; none: no
 * replicas by layout. Without a strategy only the files' own flag says something (docs/formats.md, redundancy).
 */
export function redundancyOf(model: Model, strategy: Strategy | undefined): RedundancySummary {
  const flag = redundancyFlag(model.files);
  const neededBytes = model.tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0);
  const said = { ...(flag !== undefined && { flag }), neededBytes };
  if (!strategy) return { state: flag ? 'removed' : 'unknown', ...said };
  let replicas = false;
  for (const { layouts, slices, holders } of model.tensors) {
    if (layouts.length === 0) continue;
    // A tied tensor lies in several stages, once in each: those are no replicas by layout.
    if (holders.length > slices * layouts.length) return { state: 'full', ...said };
    if (slices < strategy.devicesPerStage) replicas = true;
  }
  return { state: replicas ? 'removed' : 'none', ...said };
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
