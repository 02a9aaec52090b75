import { DTYPES } from '../dtype.ts';
import { wholeBox } from '../layout/box.ts';
import type { CastTarget } from './cast.ts';
import type { Piece } from './piece.ts';
import type { Plan, SourceFile } from './plan.ts';

/** What lies beside Hugging Face's weights and belongs to the model; weights and their index do not. */
const SIDE_FILE =
  /^(config|generation_config|preprocessor_config|special_tokens_map|added_tokens|vocab|chat_template)\.json$|^tokenizer[\w.-]*\.(json|model)$|^(merges|vocab)\.txt$|^chat_template\.jinja$|^s(entence)?piece[\w.-]*\.model$/;

export function isSideFile(name: string): boolean {
  return SIDE_FILE.test(name);
}

/** A file in the source's folder, under its own name there. */
export interface SideFile extends SourceFile {
  readonly name: string;
}

/** Copies files as they are, each as one piece of bytes in an output without a tensor: verified like weights. */
export function withSideFiles(plan: Plan, files: readonly SideFile[]): Plan {
  const moves = files.map(({ name, size }, i) => {
    const piece: Omit<Piece, 'file'> = {
      tensor: name,
      dtype: 'U8',
      shape: [size],
      box: wholeBox([size]),
      offset: 0,
      byteLength: size,
    };
    return {
      from: [{ ...piece, file: plan.sources.length + i }],
      to: [{ ...piece, file: plan.outputs.length + i }],
    };
  });
  const outputs = files.map(({ name, size }) => ({ path: name, literals: [], size, tensorCount: 0 }));
  return {
    ...plan,
    sources: [...plan.sources, ...files.map(({ path, size, identity }) => ({ path, size, identity }))],
    outputs: [...plan.outputs, ...outputs],
    moves: [...plan.moves, ...moves],
  };
}

/** A config.json that says the dtype that weights were cast to; every other character of it stays. */
export function configWithDtype(text: string, dtype: CastTarget): string {
  return text.replaceAll(
    /("(?:torch_)?dtype"\s*:\s*")(?:float64|float32|float16|bfloat16)"/g,
    `$1${DTYPES[dtype].numpy}"`,
  );
}
