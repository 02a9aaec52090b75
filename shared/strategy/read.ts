import { refuse } from '../errors.ts';
import { JsonError } from '../json/error.ts';
import { checkLayout } from '../layout/layout.ts';
import { parseStrategyJson, StrategyJsonError } from './json.ts';
import { WireError } from './message.ts';
import { parseStrategyProtobuf } from './protobuf.ts';
import type { StrategyFile } from './strategy.ts';

const ADVICE =
  'Give a strategy file that MindSpore wrote: ckpt_strategy_rank_N.ckpt, its JSON form, or a merged one.';

/**
 * Reads a strategy file, protobuf or JSON: told apart by content, as names say little (both kinds of weights
 * and strategies end in `.ckpt`). Every layout in it was checked by `checkLayout`.
 *
 * SG_PARSE when neither can be read, with the parser that was tried and its reason; SG_LAYOUT when a layout
 * means nothing.
 */
export function readStrategyFile(bytes: Uint8Array): StrategyFile {
  const json = looksLikeJson(bytes);
  const file = parsing(json ? 'JSON' : 'protobuf', () =>
    json ? parseStrategyJson(bytes) : parseStrategyProtobuf(bytes),
  );
  if (file.layouts.size === 0)
    refuse('SG_PARSE', 'the strategy file holds no layout: nothing says how parameters are cut', ADVICE);
  for (const [parameter, layout] of file.layouts) checkLayout(parameter, layout);
  return file;
}

/** A protobuf strategy begins with a field tag, 0x08 as MindSpore writes it: never `{`, white space or a BOM. */
function looksLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b || first === 0x5b || (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf);
}

function parsing(parser: string, parse: () => StrategyFile): StrategyFile {
  try {
    return parse();
  } catch (error) {
    if (error instanceof WireError || error instanceof JsonError || error instanceof StrategyJsonError)
      refuse('SG_PARSE', `this is no strategy file: read as ${parser}, ${error.message}`, ADVICE);
    throw error;
  }
}
