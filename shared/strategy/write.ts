import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Layout, StrategyFile } from './strategy.ts';

/** The file's bytes, in the form that the name it gets says: JSON, or protobuf. */
export function writeStrategy(file: StrategyFile, json: boolean): Uint8Array {
  return json ? new TextEncoder().encode(writeStrategyJson(file)) : writeStrategyProtobuf(file);
}

/** The file as MindSpore serializes `ParallelStrategyMap`: fields in order, numbers unpacked (proto2). */
export function writeStrategyProtobuf(file: StrategyFile): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.uint32(tag(1, VARINT)).uint32(file.currentStage);
  for (const { node, stage, strategies } of file.items) {
    writer.uint32(tag(2, LENGTH)).fork();
    writer.uint32(tag(1, LENGTH)).string(node);
    writer.uint32(tag(2, LENGTH)).fork();
    writer.uint32(tag(1, VARINT)).uint32(stage);
    for (const dims of strategies) writeDims(writer, 2, dims);
    writer.join().join();
  }
  for (const [parameter, layout] of file.layouts) {
    writer.uint32(tag(3, LENGTH)).fork();
    writer.uint32(tag(1, LENGTH)).string(parameter);
    writer.uint32(tag(2, LENGTH)).fork();
    writeLayout(writer, layout);
    writer.join().join();
  }
  return writer.finish();
}

const VARINT = 0;
const LENGTH = 2;

function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}

function writeLayout(writer: BinaryWriter, layout: Layout): void {
  writeDims(writer, 1, layout.deviceMatrix);
  const maps = layout.tensorMap.map((axes) => (axes.length === 0 ? [-1] : axes));
  if (!isNested(layout)) writeDims(writer, 2, maps.flat());
  else for (const axes of maps) writeDims(writer, 2, axes);
  // A single message would read as one dimension per axis; MindSpore does not count an empty one.
  if (isNested(layout) && maps.length === 1) writeDims(writer, 2, []);
  // MindSpore reads the first of these without looking whether it is there.
  writeDims(writer, 3, layout.paramSplitShape);
  writeDims(writer, 4, layout.indicesOffset);
  writer.uint32(tag(5, VARINT)).int32(layout.field);
  writer.uint32(tag(6, VARINT)).int32(layout.optShardStep);
  writer.uint32(tag(7, VARINT)).int32(layout.optShardSize);
}

/** A message `{ repeated dim }`; int64 writes the same bytes as int32 and uint32. */
function writeDims(writer: BinaryWriter, field: number, dims: readonly number[]): void {
  writer.uint32(tag(field, LENGTH)).fork();
  for (const dim of dims) writer.uint32(tag(1, VARINT)).int64(dim);
  writer.join();
}

/** A dimension cut by several axes needs a list per dimension. */
function isNested(layout: Layout): boolean {
  return layout.tensorMap.some((axes) => axes.length > 1);
}

/**
 * The JSON form that MindSpore writes. Composed by hand: names are any text, and an object would reorder names
 * that are numbers and lose `__proto__`.
 */
export function writeStrategyJson(file: StrategyFile): string {
  // By node as in MindSpore: of two stages' operators with one name the last stays.
  const items = new Map(file.items.map((item) => [item.node, item]));
  const itemTexts = [...items.values()].map(({ node, stage, strategies }) =>
    member(node, { stage, parallel_strategy: strategies }),
  );
  const layoutTexts = [...file.layouts].map(([parameter, layout]) => member(parameter, layoutJson(layout)));
  return (
    `{"current_stage": ${file.currentStage}, ` +
    `"parallel_strategy_item": {${itemTexts.join(', ')}}, ` +
    `"parallel_layout_item": {${layoutTexts.join(', ')}}}`
  );
}

function member(name: string, value: unknown): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
}

function layoutJson(layout: Layout): Record<string, unknown> {
  const maps = layout.tensorMap.map((axes) => (axes.length === 0 ? [-1] : axes));
  return {
    dev_matrix: layout.deviceMatrix,
    tensor_map: isNested(layout) ? maps : maps.flat(),
    param_split_shape: layout.paramSplitShape,
    ...(layout.indicesOffset.length > 0 && { indices_offset: layout.indicesOffset }),
    field: layout.field,
    opt_weight_shard_step: layout.optShardStep,
    opt_weight_shard_size: layout.optShardSize,
  };
}
