import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Merged {
  readonly parallel_layout_item: Record<string, object>;
}

/**
 * Writes the strategy of `fixture` (of four ranks a stage) to `path`, with the shape of a rank's slice in each layout, as
 * strategies for inference have it.
 */
export function writeStatedShapes(fixture: string, path: string): void {
  const read = (name: string) => JSON.parse(readFileSync(join(fixture, name), 'utf8'));
  const strategy: Merged = read('merged_strategy.json');
  const { slices } = read('expected.json');
  const layouts = Object.entries(strategy.parallel_layout_item).map(([key, layout]) => {
    const [, stage, name = ''] = /^(\d+)-(.*)$/.exec(key) ?? [];
    return [key, { ...layout, param_split_shape: slices[4 * Number(stage)][name].shape }] as const;
  });
  writeFileSync(path, JSON.stringify({ ...strategy, parallel_layout_item: Object.fromEntries(layouts) }));
}
