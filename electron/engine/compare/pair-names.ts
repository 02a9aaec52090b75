import { Script } from 'node:vm';
import { byRules, type Pair, pairTensors, type Renaming, toNaming } from '../../../shared/compare/names.ts';
import type { NameRule } from '../../../shared/compare/options.ts';
import { asFault, refuse, ShardscopeError } from '../../../shared/errors.ts';
import { isComplete } from '../prepare/prepared.ts';
import type { Side } from './side.ts';

/** A regular expression that takes longer over all names goes on for ever. */
const REGEX_MILLISECONDS = 5000;

/**
 * Tensors of two sides that belong together: by the rules; without rules by their names, A's as B's world calls
 * them where one side has Hugging Face's names and the other MindSpore's. `warnings` says so.
 *
 * @throws USAGE for rules that give two tensors one name, or whose regular expressions do not come to an end
 */
export function pairNames(a: Side, b: Side, rules: readonly NameRule[], warnings: string[]): Pair[] {
  const rename = rules.length > 0 ? byRules(rules) : acrossWorlds(a, b, warnings);
  const pair = () => pairTensors(a.tensors, b.tensors, rename);
  return rules.some(({ regex }) => regex) ? within(REGEX_MILLISECONDS, pair) : pair();
}

function acrossWorlds(a: Side, b: Side, warnings: string[]): Renaming | undefined {
  const [from, to] = [a.open.summary, b.open.summary];
  if (!from.naming || !to.naming || from.naming === to.naming) return undefined;
  if (!isComplete(from) || !isComplete(to)) return undefined;
  const [own, other] =
    to.naming === 'mindspore' ? ['Hugging Face', 'MindSpore'] : ['MindSpore', 'Hugging Face'];
  warnings.push(`${own} names are compared with the ${other} names that they stand for.`);
  return toNaming(a.open.model, to.naming);
}

/** Stops what runs too long, even in the middle of a regular expression. */
function within<T>(milliseconds: number, run: () => T): T {
  try {
    return new Script('run()').runInNewContext({ run }, { timeout: milliseconds }) as T;
  } catch (error) {
    if (error instanceof ShardscopeError) throw error;
    return refuse(
      'USAGE',
      `A regular expression of the name rules did not end within ${milliseconds / 1000} seconds: ${asFault(error).message}.`,
      'Write it without nested repeats such as (a+)+.',
    );
  }
}
