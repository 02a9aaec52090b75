import { type FaultCode, refuse } from './errors.ts';
import { JsonError, type JsonValue, parseStrictJson } from './json/parse.ts';
import { shardNameProblem } from './shard-name.ts';
import { escapeText } from './text/escape.ts';

/** What a weight index says: which file holds which tensor. */
export interface WeightIndex {
  /** Tensor → shard: a relative, checked path below the index's folder, in the index's order. */
  readonly weightMap: ReadonlyMap<string, string>;
  /** Bytes of all tensors, as the index claims; never to be relied on. Absent when missing or no byte count. */
  readonly totalSize?: number;
  /** Things to tell that do not make the index unusable. */
  readonly notes: readonly string[];
}

/** Limits of huggingface.js' reader; the largest real index (Kimi-K3, 497,000 tensors) has about 60 MB. */
const MAX_BYTES = 250_000_000;
const MAX_SHARDS = 10_000;
const MAX_DEPTH = 64;

const ADVICE = 'Write the index again with the tool that wrote the weights, or download it again.';

/**
 * Parses `model.safetensors.index.json` or MindSpore's `param_name_map.json`:
 * `{"metadata": {"total_size"}, "weight_map": {tensor: file}}`, or the bare map that older MindSpore wrote.
 * Refuses with IX_PARSE what is no index (not JSON, a key twice, a value that is no string, more than 10,000
 * shards or 250 MB) and with IX_PATH a file name that could lead out of the folder. A wrong `total_size` is a note.
 */
export function parseWeightIndex(bytes: Uint8Array): WeightIndex {
  const root = parseJson(bytes);
  if (!(root instanceof Map)) return refuseIndex(`the index is ${describe(root)}, not an object`);
  const listed = root.get('weight_map');
  // A string there is a tensor of that name in a bare map.
  const bare = listed === undefined || typeof listed === 'string';
  const map = bare ? root : listed;
  if (!(map instanceof Map)) return refuseIndex(`weight_map is ${describe(map)}, not an object`);
  const notes: string[] = [];
  const totalSize = bare ? undefined : readTotalSize(root.get('metadata'), notes);
  return { weightMap: readMap(map), ...(totalSize !== undefined && { totalSize }), notes };
}

function parseJson(bytes: Uint8Array): JsonValue {
  try {
    return parseStrictJson(bytes, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { kind, reason, offset } = error;
    return refuseIndex(
      kind === 'size'
        ? `the index is too large: ${reason}`
        : `the index is not valid JSON: ${reason} at byte ${offset}`,
    );
  }
}

function readMap(map: ReadonlyMap<string, JsonValue>): Map<string, string> {
  const weightMap = new Map<string, string>();
  // Many tensors share a shard: each name is checked once, and kept once.
  const shards = new Map<string, string>();
  for (const [tensor, value] of map) {
    if (typeof value !== 'string')
      return refuseIndex(
        `the index gives tensor '${escapeText(tensor)}' ${describe(value)}, not a file name`,
        'IX_PARSE',
        { tensor, expected: 'a file name', found: describe(value) },
      );
    let shard = shards.get(value);
    if (shard === undefined) {
      checkShard(tensor, value);
      shard = value;
      shards.set(value, shard);
      if (shards.size > MAX_SHARDS)
        return refuseIndex(`the index names more than ${MAX_SHARDS} files, the most that is read`);
    }
    weightMap.set(tensor, shard);
  }
  return weightMap;
}

function checkShard(tensor: string, shard: string): void {
  const problem = shardNameProblem(shard);
  if (problem === undefined) return;
  const name = escapeText(shard);
  refuseIndex(
    `the index puts tensor '${escapeText(tensor)}' into '${name}', which ${problem}`,
    'IX_PATH',
    { tensor, expected: "a .safetensors file in the index's folder", found: name },
    'Do not use this index unless you trust where it comes from: name files in its own folder.',
  );
}

function readTotalSize(metadata: JsonValue | undefined, notes: string[]): number | undefined {
  const value = metadata instanceof Map ? metadata.get('total_size') : undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  notes.push(`total_size of the index is ${describe(value)}, no number of bytes; it is passed over.`);
  return undefined;
}

function describe(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'an object';
  if (typeof value === 'string') return `the string '${escapeText(value)}'`;
  return typeof value === 'boolean' ? String(value) : `the number ${value}`;
}

function refuseIndex(
  message: string,
  code: FaultCode = 'IX_PARSE',
  where: { tensor?: string; expected?: string; found?: string } = {},
  advice: string = ADVICE,
): never {
  return refuse(code, message, advice, where);
}

/** The index as Hugging Face writes it (MindSpore reads the same), tensors in the map's order. */
export function serializeWeightIndex(weightMap: ReadonlyMap<string, string>, totalSize: number): string {
  // Line by line, not as an object: names like "__proto__" and "10" keep their place.
  const lines = [...weightMap].map(
    ([tensor, file]) => `    ${JSON.stringify(tensor)}: ${JSON.stringify(file)}`,
  );
  const map = lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
  return `{\n  "metadata": {\n    "total_size": ${totalSize}\n  },\n  "weight_map": ${map}\n}\n`;
}
