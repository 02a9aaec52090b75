import { refuse } from '../errors.ts';
import { JsonError, parseStrictJson } from '../json/parse.ts';
import { escapeText } from '../text/escape.ts';

/** A million names of 100 characters, old and new. */
const MAX_BYTES = 256 * 1024 ** 2;

/**
 * Reads a name map, a JSON object `{old name: new name}` as MindSpore's `ckpt_to_safetensors(name_map=…)` takes it.
 *
 * @throws CP_NAMES for anything else
 */
export function readNameMap(bytes: Uint8Array): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  try {
    const root = parseStrictJson(bytes, { maxBytes: MAX_BYTES });
    if (!(root instanceof Map)) return refuseMap('it is no JSON object');
    for (const [from, to] of root) {
      if (typeof to !== 'string') return refuseMap(`the new name of '${escapeText(from)}' is no text`);
      names.set(from, to);
    }
  } catch (error) {
    if (error instanceof JsonError) return refuseMap(error.message);
    throw error;
  }
  return names;
}

function refuseMap(why: string): never {
  return refuse('CP_NAMES', `this is no map of names: ${why}`, 'Write it as {"old name": "new name", …}.');
}
