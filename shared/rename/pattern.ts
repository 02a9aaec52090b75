/** What a pattern found in a name: a layer's number, and what follows the module (`weight`, `lora_A.weight`). */
export interface Bindings {
  readonly layer?: string;
  readonly rest?: string;
}

/** A name with places to fill. */
export interface NamePattern {
  match(name: string): Bindings | undefined;
  fill(bindings: Bindings): string;
}

/**
 * A pattern over whole parts of a name, anchored at both ends: `{layer}` is one part, a decimal number;
 * `*` at the end is one or more parts. So `model.norm.*` never meets `model.normalizer.weight` or
 * `vision.model.norm.weight`, which replacing substrings would.
 */
export function namePattern(text: string): NamePattern {
  const source = text
    .replace(/[.\\^$+?()[\]|]/g, '\\$&')
    .replace('{layer}', '(?<layer>0|[1-9][0-9]{0,8})')
    .replace(/\*$/, '(?<rest>[^]+)');
  const whole = new RegExp(`^${source}$`);
  return {
    match(name) {
      const found = whole.exec(name);
      if (!found) return undefined;
      const { layer, rest } = found.groups ?? {};
      return { ...(layer !== undefined && { layer }), ...(rest !== undefined && { rest }) };
    },
    // Functions, as `$&` in a name would mean something in a replacement text.
    fill: ({ layer, rest }) =>
      text.replace('{layer}', () => layer ?? '{layer}').replace(/\*$/, () => rest ?? '*'),
  };
}
