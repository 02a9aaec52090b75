import type { Dim } from '../checkpoint.ts';
import type { Dtype } from '../dtype.ts';
import { refuse } from '../errors.ts';
import type { Model } from '../model.ts';
import { FAMILIES } from '../rename/family.ts';
import { NameTable, type Naming } from '../rename/names.ts';
import { statePrefix } from '../rename/state-prefix.ts';
import { escapeText } from '../text/escape.ts';
import type { NameRule } from './options.ts';

/** A tensor as one side has it: the whole, or one rank's part. */
export interface SideTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  readonly byteLength: number;
}

/** A tensor of both sides, or of one. */
export type Pair =
  | { readonly a: SideTensor; readonly b?: SideTensor }
  | { readonly a?: never; readonly b: SideTensor };

/** What A's tensors are called in B. */
export type Renaming = (tensor: SideTensor) => string;

/** The rules, one after the other, each on what the one before it made. */
export function byRules(rules: readonly NameRule[]): Renaming {
  const replace = rules.map(({ from, to, regex }): ((name: string) => string) => {
    if (!regex) return (name) => (name.startsWith(from) ? to + name.slice(from.length) : name);
    const pattern = new RegExp(from);
    return (name) => name.replace(pattern, to);
  });
  return ({ name }) => replace.reduce((renamed, next) => next(renamed), name);
}

/** Names of the other world, where a rule of a known family has one; optimizer state follows its weight. */
export function toNaming(model: Model, naming: Naming): Renaming {
  const table = new NameTable(FAMILIES[0]);
  return (tensor) => {
    const prefix = statePrefix(tensor, model.byName);
    const name = tensor.name.slice(prefix.length);
    return prefix + (table.rename(name, naming) ?? name);
  };
}

/**
 * Tensors that belong together: A's in their order, then those that only B has.
 *
 * @throws USAGE when two tensors of A get one name
 */
export function pairTensors(
  a: readonly SideTensor[],
  b: readonly SideTensor[],
  rename: Renaming | undefined,
): Pair[] {
  const others = new Map(b.map((tensor) => [tensor.name, tensor]));
  const taken = new Map<string, string>();
  const pairs = a.map((tensor): Pair => {
    const name = rename ? rename(tensor) : tensor.name;
    const before = taken.get(name);
    if (before !== undefined)
      refuse(
        'USAGE',
        `The name rules call both '${escapeText(before)}' and '${escapeText(tensor.name)}' '${escapeText(name)}'.`,
        'Change the rules so that each tensor gets a name of its own.',
        { tensor: tensor.name },
      );
    taken.set(name, tensor.name);
    const other = others.get(name);
    return other ? { a: tensor, b: other } : { a: tensor };
  });
  return [...pairs, ...b.flatMap((tensor) => (taken.has(tensor.name) ? [] : { b: tensor }))];
}
