import type { JoinRule, ModelFamily } from './family.ts';
import { type Bindings, type NamePattern, namePattern } from './pattern.ts';

export type Naming = 'mindspore' | 'huggingface';

/** Whether a kind of parameter can be joined by rows: in others (scales, LoRA) rows mean something else. */
export function isJoinable({ kind }: JoinNames): boolean {
  return kind === 'weight' || kind === 'bias';
}

/** A joined tensor and its parts. All names are MindSpore's. */
export interface JoinNames {
  readonly rule: JoinRule;
  readonly whole: string;
  /** Names of all parts, in the rule's order. */
  readonly parts: readonly string[];
  /** `weight` or `bias`. */
  readonly kind: string;
}

interface Join {
  readonly rule: JoinRule;
  readonly whole: NamePattern;
  readonly parts: readonly NamePattern[];
}

/** A family's rules, ready to use. */
export class NameTable {
  readonly #rules: readonly Readonly<Record<Naming, NamePattern>>[];
  readonly #joins: readonly Join[];

  constructor(family: ModelFamily) {
    this.#rules = family.rules.map(({ huggingFace, mindSpore }) => ({
      huggingface: namePattern(huggingFace),
      mindspore: namePattern(mindSpore),
    }));
    this.#joins = family.joins.map((rule) => ({
      rule,
      whole: namePattern(rule.whole),
      parts: rule.parts.map(namePattern),
    }));
  }

  /** The name in the other naming; the same name where it is in that naming already; undefined for no rule. */
  rename(name: string, to: Naming): string | undefined {
    const source = to === 'mindspore' ? 'huggingface' : 'mindspore';
    for (const rule of this.#rules) {
      const found = rule[source].match(name);
      if (found) return rule[to].fill(found);
    }
    if (this.#rules.some((rule) => rule[to].match(name))) return name;
    return to === 'mindspore' && this.#joins.some((join) => join.whole.match(name)) ? name : undefined;
  }

  /** What a MindSpore name is a part of; `kind` may be one that cannot be joined. */
  joinOf(name: string): JoinNames | undefined {
    for (const join of this.#joins)
      for (const pattern of join.parts) {
        const found = pattern.match(name);
        if (found) return namesOf(join, found);
      }
    return undefined;
  }

  /** The parts of a MindSpore name that is a joined tensor; `kind` may be one that cannot be split. */
  splitOf(name: string): JoinNames | undefined {
    for (const join of this.#joins) {
      const found = join.whole.match(name);
      if (found) return namesOf(join, found);
    }
    return undefined;
  }
}

/** Names looked at: one that tells is in every layer, and a model of another family has none among any. */
const LOOKED_AT = 2000;

/** Whose names these are, by the first that would change; undefined where no rule knows any of them. */
export function namingOf(names: Iterable<string>, table: NameTable): Naming | undefined {
  let looked = 0;
  for (const name of names) {
    if (++looked > LOOKED_AT) return undefined;
    const other = table.rename(name, 'huggingface');
    if ((other !== undefined && other !== name) || table.splitOf(name)) return 'mindspore';
    const own = table.rename(name, 'mindspore');
    if (own !== undefined && own !== name) return 'huggingface';
  }
  return undefined;
}

function namesOf({ rule, whole, parts }: Join, found: Bindings): JoinNames {
  return {
    rule,
    whole: whole.fill(found),
    parts: parts.map((pattern) => pattern.fill(found)),
    kind: found.rest ?? '',
  };
}
