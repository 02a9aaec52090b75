import { refuse } from '../errors.ts';
import { JsonError, type JsonValue, parseStrictJson } from '../json/parse.ts';
import { escapeText } from '../text/escape.ts';
import { FAMILIES, type ModelFamily } from './family.ts';

/** What a Hugging Face `config.json` says about a model's shape. Sizes in rows or columns, counts in numbers. */
export interface ModelConfig {
  /** The family that `model_type` or `architectures` name; absent for one that is not known. */
  readonly family?: ModelFamily;
  /** `model_type` as written, '' when missing. */
  readonly modelType: string;
  readonly attentionHeads: number;
  /** Equal to `attentionHeads` without grouped-query attention. */
  readonly keyValueHeads: number;
  /** Rows of one head: `head_dim`, else hidden size / heads. */
  readonly headSize: number;
  readonly hiddenSize: number;
  readonly layers?: number;
  /** The embedding serves as lm_head too, which is then not stored. */
  readonly tieWordEmbeddings: boolean;
}

/** Real ones have 1 to 3 kB; quantisation lists can make them longer. */
const MAX_BYTES = 10_000_000;

const ADVICE = "Take the config.json from the model's own folder.";

/**
 * Reads `config.json`. Refuses with CP_CONFIG what is no JSON object, a count that is missing or no positive
 * integer, and heads that do not divide: the hidden size by the heads (unless `head_dim` says the size of a
 * head), the heads by the key/value heads.
 */
export function readModelConfig(bytes: Uint8Array): ModelConfig {
  const root = parse(bytes);
  const hiddenSize = required(root, 'hidden_size');
  const attentionHeads = required(root, 'num_attention_heads');
  const keyValueHeads = count(root, 'num_key_value_heads') ?? attentionHeads;
  const layers = count(root, 'num_hidden_layers');
  const headDim = count(root, 'head_dim');
  if (attentionHeads % keyValueHeads !== 0)
    refuseDivision('num_attention_heads', attentionHeads, 'num_key_value_heads', keyValueHeads);
  if (headDim === undefined && hiddenSize % attentionHeads !== 0)
    refuseDivision('hidden_size', hiddenSize, 'num_attention_heads', attentionHeads);
  const modelType = root.get('model_type');
  const family = familyOf(modelType, root.get('architectures'));
  return {
    ...(family && { family }),
    modelType: typeof modelType === 'string' ? modelType : '',
    attentionHeads,
    keyValueHeads,
    headSize: headDim ?? hiddenSize / attentionHeads,
    hiddenSize,
    ...(layers !== undefined && { layers }),
    tieWordEmbeddings: root.get('tie_word_embeddings') === true,
  };
}

/** `model_type` alone, for what needs no counts. Refuses as `readModelConfig` what is no JSON object. */
export function readModelType(bytes: Uint8Array): string | undefined {
  const modelType = parse(bytes).get('model_type');
  return typeof modelType === 'string' && modelType !== '' ? modelType : undefined;
}

function parse(bytes: Uint8Array): ReadonlyMap<string, JsonValue> {
  let root: JsonValue;
  try {
    root = parseStrictJson(bytes, { maxBytes: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return refuse(
      'CP_CONFIG',
      `config.json is not valid JSON: ${error.reason} at byte ${error.offset}`,
      ADVICE,
    );
  }
  if (root instanceof Map) return root;
  return refuse('CP_CONFIG', 'config.json holds no JSON object', ADVICE);
}

function familyOf(
  modelType: JsonValue | undefined,
  architectures: JsonValue | undefined,
): ModelFamily | undefined {
  const listed = Array.isArray(architectures) ? architectures : [];
  return FAMILIES.find(
    (family) =>
      family.modelType === modelType ||
      family.architectures.some((architecture) => listed.includes(architecture)),
  );
}

function required(root: ReadonlyMap<string, JsonValue>, key: string): number {
  return (
    count(root, key) ?? refuse('CP_CONFIG', `config.json does not say ${key}`, ADVICE, { expected: key })
  );
}

/** A count; null means the same as a missing key, as transformers writes it. */
function count(root: ReadonlyMap<string, JsonValue>, key: string): number | undefined {
  const value = root.get(key);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  const found = typeof value === 'object' ? 'a list or an object' : escapeText(String(value));
  return refuse('CP_CONFIG', `config.json says ${key} is ${found}, not a whole number above 0`, ADVICE, {
    expected: 'a whole number above 0',
    found,
  });
}

function refuseDivision(what: string, value: number, by: string, divisor: number): never {
  refuse('CP_CONFIG', `config.json says ${what} ${value}, which ${by} ${divisor} does not divide`, ADVICE, {
    expected: `a multiple of ${divisor}`,
    found: `${value}`,
  });
}
