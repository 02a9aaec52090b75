import type { TensorRole } from '../checkpoint.ts';
import { DTYPE_NAMES, DTYPES } from '../dtype.ts';
import type { Model, ModelTensor } from '../model.ts';
import { fileNames } from '../table/holders.ts';
import { namePattern } from './name-pattern.ts';
import { type NumberTest, numberTest, readSize, readWhole } from './numbers.ts';
import { shapeTest } from './shape.ts';
import type { Token } from './tokens.ts';

/** Whether a tensor passes; the lower-case name is made once for all terms that look at it. */
export type Test = (tensor: ModelTensor, lowerName: string) => boolean;

/** A term, ready to be bound to a model (ranks and files are known only there). */
export type Term = (model: Model) => Test;

const ROLES: readonly string[] = ['weight', 'optimizer', 'hyper'] satisfies TensorRole[];

const KEYS: ReadonlyMap<string, (value: string) => Term> = new Map([
  ['dtype', dtypeTerm],
  ['shape', shapeTerm],
  ['dims', dimsTerm],
  ['size', sizeTerm],
  ['rank', rankTerm],
  ['stage', stageTerm],
  ['role', roleTerm],
  ['file', fileTerm],
]);

/** Makes the test of a term. Throws a SyntaxError whose message is a whole sentence. */
export function compileTerm(token: Token): Term {
  if (token.type === 'text') return textTerm(token.value);
  if (token.type === 'regex') return regexTerm(token.value, token.flags);
  const make = KEYS.get(token.key);
  if (!make) {
    throw new SyntaxError(
      `There is no key ${token.key}: (keys are ${[...KEYS.keys()].join(', ')}). Put a text with a colon in quotes.`,
    );
  }
  return make(token.value);
}

function textTerm(text: string): Term {
  const lower = text.toLowerCase();
  return () => (_, name) => name.includes(lower);
}

function regexTerm(pattern: string, flags: string): Term {
  if (flags !== '' && flags !== 'i')
    throw new SyntaxError(
      `The regular expression /${pattern}/${flags} has an unknown flag: only i is known.`,
    );
  const matches = namePattern(pattern, flags === 'i');
  return () => (tensor) => matches(tensor.name);
}

function dtypeTerm(value: string): Term {
  const wanted = new Set<string>();
  for (const part of value.toLowerCase().split(',')) {
    // F8 and F6 stand for their several forms; names as NumPy and MindSpore write them are taken too.
    const fit = DTYPE_NAMES.filter((dtype) => {
      const name = dtype.toLowerCase();
      return name === part || name.startsWith(`${part}_`) || DTYPES[dtype].numpy === part;
    });
    if (part === '' || fit.length === 0)
      throw new SyntaxError(`"${part}" is no dtype: dtypes are ${DTYPE_NAMES.join(', ')}.`);
    for (const dtype of fit) wanted.add(dtype);
  }
  return () => (tensor) => wanted.has(tensor.dtype);
}

function shapeTerm(value: string): Term {
  const fits = shapeTest(value);
  if (!fits)
    throw new SyntaxError(
      `"${value}" is no shape: write [*,4096], [...,3] or 4096 (* is any size, ... any number of dimensions).`,
    );
  return () => (tensor) => fits(tensor.shape);
}

function dimsTerm(value: string): Term {
  const holds = whole('dims', value);
  return () => (tensor) => holds(tensor.shape.length);
}

function sizeTerm(value: string): Term {
  const holds = numberTest(value, readSize);
  if (!holds)
    throw new SyntaxError(
      `"${value}" is no size: write >100MB, <=1.5GiB or 1MB..2GiB (units B, KB, MB, GB, TB, KiB, MiB, GiB, TiB).`,
    );
  return () => (tensor) => holds(tensor.byteLength);
}

function rankTerm(value: string): Term {
  const holds = whole('rank', value);
  return (model) => {
    const held = model.files.map((file) => file.rank !== undefined && holds(file.rank));
    return (tensor) => tensor.holders.some((holder) => held[holder.file]);
  };
}

function stageTerm(value: string): Term {
  const holds = whole('stage', value);
  return () => (tensor) => tensor.layouts.some((layout) => holds(layout.stage));
}

function roleTerm(value: string): Term {
  const roles = value.toLowerCase().split(/[,|]/);
  for (const role of roles)
    if (!ROLES.includes(role)) throw new SyntaxError(`"${role}" is no role: roles are ${ROLES.join(', ')}.`);
  return () => (tensor) => roles.includes(tensor.role);
}

function fileTerm(value: string): Term {
  const lower = value.toLowerCase();
  if (lower === '') throw new SyntaxError('Behind file: comes a part of a file name, as in file:part0.');
  return (model) => {
    const fits = fileNames(model).map((name) => name.toLowerCase().includes(lower));
    return (tensor) => tensor.holders.some((holder) => fits[holder.file]);
  };
}

function whole(key: string, value: string): NumberTest {
  const holds = numberTest(value, readWhole);
  if (!holds)
    throw new SyntaxError(
      `"${value}" is no number for ${key}: write ${key}:3, ${key}:0-3, ${key}:1,2 or ${key}:>1.`,
    );
  return holds;
}
