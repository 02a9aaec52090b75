/**
 * What `shared/` may use beyond ECMAScript: the two encoders that Node, browsers and workers all have.
 * `shared/tsconfig.json` compiles the folder with no DOM and no Node types, so anything else is an error.
 */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array;
}
