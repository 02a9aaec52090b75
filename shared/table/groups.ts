import type { Model } from '../model.ts';

/** Groups that names fall into, over all tensors of a model; views keep those that hold enough. */
export interface NameGroups {
  /** Per tensor, its innermost group; -1 for none. */
  readonly groupOf: Int32Array;
  /** Per group, the common prefix without the dot behind it: `model.layers.0`. */
  readonly prefixes: readonly string[];
  /** Per group, the group around it (always of a smaller number) or -1. */
  readonly parents: readonly number[];
  /** Per group, whether it holds optimizer state. */
  readonly optimizer: readonly boolean[];
  readonly byPrefix: ReadonlyMap<string, number>;
}

/** Groups in groups that are told apart; real names have three (`adam_m`, layer, expert), hostile ones 32,000. */
const MAX_DEPTH = 8;

const known = new WeakMap<Model, NameGroups>();

/**
 * The groups of a model's names: a prefix that ends in a number (`model.layers.0`, and inside it
 * `model.layers.0.mlp.experts.3`), because numbered parts are what repeats and what people look for; and the
 * first part of the names of optimizer state (`adam_m`, `adam_v`), because it mirrors the weights.
 */
export function nameGroups(model: Model): NameGroups {
  let groups = known.get(model);
  if (!groups) {
    groups = findGroups(model);
    known.set(model, groups);
  }
  return groups;
}

function findGroups(model: Model): NameGroups {
  const groupOf = new Int32Array(model.tensors.length).fill(-1);
  const prefixes: string[] = [];
  const parents: number[] = [];
  const optimizer: boolean[] = [];
  const byPrefix = new Map<string, number>();

  const groupFor = (name: string, ends: readonly number[], isState: boolean): number => {
    let parent = -1;
    for (const end of ends) {
      const prefix = name.slice(0, end);
      let group = byPrefix.get(prefix);
      if (group === undefined) {
        group = prefixes.push(prefix) - 1;
        byPrefix.set(prefix, group);
        parents.push(parent);
        optimizer.push(parent >= 0 ? optimizer[parent] === true : isState);
      }
      parent = group;
    }
    return parent;
  };

  let last = -1;
  model.tensors.forEach(({ name, role }, index) => {
    const ends = groupEnds(name, role === 'optimizer');
    // Neighbours in natural order mostly share their group: no prefix to cut out and look up.
    const prefix = prefixes[last];
    if (prefix === undefined || ends.at(-1) !== prefix.length || !name.startsWith(prefix))
      last = groupFor(name, ends, role === 'optimizer');
    groupOf[index] = last;
  });
  return { groupOf, prefixes, parents, optimizer, byPrefix };
}

/** Where the prefixes of a name end that are groups, outermost first. */
function groupEnds(name: string, isState: boolean): number[] {
  const ends: number[] = [];
  let from = 0;
  for (let dot = name.indexOf('.'); dot >= 0 && ends.length < MAX_DEPTH; dot = name.indexOf('.', from)) {
    if ((isState && from === 0 && dot > 0) || isNumber(name, from, dot)) ends.push(dot);
    from = dot + 1;
  }
  return ends;
}

function isNumber(name: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = name.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return to > from;
}
