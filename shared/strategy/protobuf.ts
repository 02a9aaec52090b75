import { escapeText } from '../text/escape.ts';
import { Message, WireError } from './message.ts';
import type { Layout, StrategyFile, StrategyItem } from './strategy.ts';

/**
 * Reads MindSpore's `ParallelStrategyMap` (proto2; field numbers from its `node_strategy.proto`). Repeated
 * numbers may be packed or not, unknown fields are ignored. What the numbers mean is for `checkLayout`.
 *
 * @throws WireError saying what was expected and at which byte.
 */
export function parseStrategyProtobuf(bytes: Uint8Array): StrategyFile {
  if (bytes.length === 0) throw new WireError('the file is empty');
  const file = new Message('ParallelStrategyMap', bytes);
  const currentStage = file.number(1, 'current_stage');
  if (currentStage === undefined) throw new WireError('it has no current_stage (field 1)');
  const layouts = new Map<string, Layout>();
  for (const item of file.messages(3, 'parallel_layout_item')) {
    const name = item.text(1, 'param_name');
    if (layouts.has(name)) throw new WireError(`it has two layouts for '${escapeText(name)}'`);
    layouts.set(name, readLayout(name, item.message(2, 'parallel_layouts')));
  }
  return { currentStage, items: file.messages(2, 'parallel_strategy_item').map(readItem), layouts };
}

function readItem(item: Message): StrategyItem {
  const node = item.text(1, 'node_name');
  const strategys = item.message(2, 'parallel_strategys');
  const stage = strategys.number(1, 'stage');
  if (stage === undefined) throw new WireError(`operator '${escapeText(node)}' has no stage`);
  return { node, stage, strategies: dims(strategys, 2, 'parallel_strategy') };
}

function readLayout(parameter: string, layout: Message): Layout {
  const matrices = dims(layout, 1, 'dev_matrix');
  const [deviceMatrix] = matrices;
  if (deviceMatrix === undefined || matrices.length > 1)
    throw new WireError(`parameter '${escapeText(parameter)}' has ${matrices.length} dev_matrix, not one`);
  const maps = dims(layout, 2, 'tensor_map');
  if (maps.length === 0) throw new WireError(`parameter '${escapeText(parameter)}' has no tensor_map`);
  return {
    deviceMatrix,
    tensorMap: tensorMapOf(maps),
    optShardStep: layout.number(6, 'opt_weight_shard_step') ?? 0,
    optShardSize: layout.number(7, 'opt_weight_shard_size') ?? 0,
    paramSplitShape: dims(layout, 3, 'param_split_shape').flat(),
    indicesOffset: dims(layout, 4, 'indices_offset').flat(),
    field: layout.number(5, 'field') ?? 0,
  };
}

/**
 * One TensorMap: each of its numbers is a dimension. Several: each is one dimension, which several axes may
 * cut; empty ones do not count (MindSpore's `_convert_to_list`), so `{1, 0}, {}` is one dimension cut by two.
 */
function tensorMapOf(maps: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const [only] = maps;
  return maps.length === 1 && only !== undefined
    ? only.map((axis) => [axis])
    : maps.filter((axes) => axes.length > 0);
}

/** The `dim` lists of a repeated message that holds nothing else. */
function dims(message: Message, field: number, name: string): number[][] {
  return message.messages(field, name).map((inner) => inner.numbers(1));
}
