import { type JsonValue, parseStrictJson } from '../json/parse.ts';
import { escapeText } from '../text/escape.ts';
import type { Layout, StrategyFile, StrategyItem } from './strategy.ts';

/** Why JSON is no strategy: names the member and what was found there. */
export class StrategyJsonError extends Error {
  override readonly name = 'StrategyJsonError';
}

type JsonObject = ReadonlyMap<string, JsonValue>;

/**
 * Reads the JSON form of a strategy: `current_stage`, and operators and layouts as objects keyed by name. The
 * stage may be left out where an operator says it; `tensor_map` may hold lists where several axes cut a
 * dimension.
 *
 * @throws JsonError (no JSON, a key twice, nested too deep) or StrategyJsonError (another shape).
 */
export function parseStrategyJson(bytes: Uint8Array): StrategyFile {
  const file = objectAt(parseStrictJson(bytes), 'the file');
  const items = [...objectAt(file.get('parallel_strategy_item') ?? new Map(), 'parallel_strategy_item')].map(
    ([node, value]) => readItem(node, objectAt(value, `operator '${escapeText(node)}'`)),
  );
  const layouts = new Map<string, Layout>();
  for (const [name, value] of objectAt(file.get('parallel_layout_item'), 'parallel_layout_item'))
    layouts.set(
      name,
      readLayout(objectAt(value, `parameter '${escapeText(name)}'`), `of '${escapeText(name)}'`),
    );
  const stage = file.get('current_stage') ?? items[0]?.stage;
  return { currentStage: integerAt(stage, 'current_stage'), items, layouts };
}

function readItem(node: string, item: JsonObject): StrategyItem {
  const where = `of operator '${escapeText(node)}'`;
  return {
    node,
    stage: integerAt(item.get('stage'), `stage ${where}`),
    strategies: listAt(item.get('parallel_strategy'), `parallel_strategy ${where}`).map((dims) =>
      integersAt(dims, `parallel_strategy ${where}`),
    ),
  };
}

function readLayout(layout: JsonObject, where: string): Layout {
  const integers = (name: string) => integersAt(layout.get(name), `${name} ${where}`);
  const integer = (name: string) => integerAt(layout.get(name), `${name} ${where}`);
  return {
    deviceMatrix: integers('dev_matrix'),
    tensorMap: listAt(layout.get('tensor_map'), `tensor_map ${where}`).map((entry) =>
      Array.isArray(entry)
        ? integersAt(entry, `tensor_map ${where}`)
        : [integerAt(entry, `tensor_map ${where}`)],
    ),
    optShardStep: integer('opt_weight_shard_step'),
    optShardSize: integer('opt_weight_shard_size'),
    // The rest is empty in all but manual splits, and MindSpore reads files without it.
    paramSplitShape: layout.has('param_split_shape') ? integers('param_split_shape') : [],
    indicesOffset: layout.has('indices_offset') ? integers('indices_offset') : [],
    field: layout.has('field') ? integer('field') : 0,
  };
}

function objectAt(value: JsonValue | undefined, what: string): JsonObject {
  if (value instanceof Map) return value;
  throw wrong(what, 'an object', value);
}

function listAt(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  throw wrong(what, 'a list', value);
}

function integersAt(value: JsonValue | undefined, what: string): number[] {
  return listAt(value, what).map((entry) => integerAt(entry, what));
}

function integerAt(value: JsonValue | undefined, what: string): number {
  if (Number.isSafeInteger(value)) return Number(value) + 0;
  throw wrong(what, 'an integer below 2^53', value);
}

function wrong(what: string, expected: string, found: JsonValue | undefined): StrategyJsonError {
  return new StrategyJsonError(`${what} must be ${expected}, it is ${describe(found)}`);
}

function describe(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'an object';
  return typeof value === 'string' ? 'a text' : String(value);
}
