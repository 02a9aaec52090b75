import { compileTerm, type Term } from './filter/terms.ts';
import { tokenize } from './filter/tokens.ts';
import type { Model, ModelTensor } from './model.ts';

/** A filter, parsed once and bound to a model for many tensors. */
export interface TensorFilter {
  /** Parts that could not be understood, a sentence each; they are left out and the others still hold. */
  readonly errors: readonly string[];
  /** Keeps everything: no terms, or none that could be understood. */
  readonly empty: boolean;
  matches(tensor: ModelTensor, model: Model): boolean;
  /** The test for one model's tensors: what to use in a loop. */
  bind(model: Model): (tensor: ModelTensor) => boolean;
}

/**
 * Parses the filter language, the same in every view. Terms are separated by spaces and must all hold:
 *
 * | term | keeps |
 * |---|---|
 * | `wq` | names with this text in them, whatever the case |
 * | `"a text"` | the same, with spaces, colons or slashes in it |
 * | `/layers\.[0-3]\./`, `/…/i` | names in which the regular expression occurs; `i` ignores the case |
 * | `dtype:bf16,f32` | these dtypes; `f8` is all its forms, `bfloat16` is taken too |
 * | `shape:[*,4096]`, `shape:4096` | shapes that fit: `*` any size, `...` any number of dimensions; any dimension |
 * | `dims:2` | this number of dimensions |
 * | `size:>100MB`, `size:1MB..2GiB` | sizes of the whole tensor; also `>=`, `<`, `<=`, `=` |
 * | `rank:3`, `rank:0-3` | held by one of these ranks |
 * | `stage:1` | in the strategy of this pipeline stage |
 * | `role:weight`, `role:optimizer,hyper` | what the tensor is for |
 * | `file:part0` | held in a file with this text in its name |
 * | `!term` | all that the term does not keep |
 *
 * Regular expressions run on a finite automaton in linear time, so no pattern can hang the engine; look-around,
 * back references and `\b` are refused with a sentence. Never throws: half-typed terms are errors as data.
 */
export function parseFilter(text: string): TensorFilter {
  const { tokens, errors } = tokenize(text);
  const terms: { term: Term; negated: boolean }[] = [];
  for (const token of tokens) {
    try {
      terms.push({ term: compileTerm(token), negated: token.negated });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      errors.push(error.message);
    }
  }
  const bind = (model: Model) => {
    const tests = terms.map(({ term, negated }) => ({ test: term(model), negated }));
    return (tensor: ModelTensor) => {
      const lowerName = tensor.name.toLowerCase();
      for (const { test, negated } of tests) if (test(tensor, lowerName) === negated) return false;
      return true;
    };
  };
  let bound: { model: Model; test: (tensor: ModelTensor) => boolean } | undefined;
  return {
    errors,
    empty: terms.length === 0,
    bind,
    matches(tensor, model) {
      if (bound?.model !== model) bound = { model, test: bind(model) };
      return bound.test(tensor);
    },
  };
}
