import { escapeText } from '../text/escape.ts';
import { JsonError } from './error.ts';
import { JsonScanner } from './scanner.ts';

export { JsonError } from './error.ts';

/** Objects are Maps in file order: `__proto__` is a key like any other, and integer-like keys stay in place. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | Map<string, JsonValue>;

/**
 * Parses strict UTF-8 JSON. Unlike `JSON.parse`: a key given twice is an error, integers beyond ±2^53 come as
 * exact bigints, nesting is limited (`maxDepth` levels and more are refused; 128 as in serde_json), and so is
 * the size (`maxBytes`). Throws `JsonError` with the byte offset and the reason.
 */
export function parseStrictJson(
  bytes: Uint8Array,
  options: { readonly maxDepth?: number; readonly maxBytes?: number } = {},
): JsonValue {
  const { maxDepth = 128, maxBytes = Number.POSITIVE_INFINITY } = options;
  if (bytes.length > maxBytes)
    throw new JsonError('size', maxBytes, `${bytes.length} bytes, the limit is ${maxBytes}`);
  const scanner = new JsonScanner(bytes, maxDepth);
  const value = readValue(scanner);
  scanner.end();
  return value;
}

function readValue(scanner: JsonScanner): JsonValue {
  const type = scanner.type();
  switch (type) {
    case 'object':
      return readObject(scanner);
    case 'list': {
      const list: JsonValue[] = [];
      scanner.items(() => list.push(readValue(scanner)));
      return list;
    }
    case 'string':
      return scanner.string();
    case 'number':
      return scanner.number();
    default:
      scanner.word(type);
      return type === 'null' ? null : type === 'true';
  }
}

function readObject(scanner: JsonScanner): Map<string, JsonValue> {
  const object = new Map<string, JsonValue>();
  scanner.members((key) => {
    if (object.has(key)) scanner.fail(`key '${escapeText(key)}' is given twice`, 'duplicate');
    object.set(key, readValue(scanner));
  });
  return object;
}
