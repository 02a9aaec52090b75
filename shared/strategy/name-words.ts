import { statePrefix } from '../rename/state-prefix.ts';

/** Parts of names that are listed before "and 3 more". */
const MOST = 8;

/** Last parts that most parameters have: the part before says which one it is. */
const COMMON = /(^|_)(weight|gamma|beta)$/;

/**
 * What many parameters are called, in a few words: "wq, wk, w1", "wo, w2 with adam_m, adam_v", "adam_m, adam_v of
 * w1". Layers are one, the common last part is left out.
 *
 * @param all names of the strategy, which tell an optimizer's state by the weight that it is of
 */
export function nameWords(names: Iterable<string>, all: ReadonlySet<string>): string {
  const weights = { get: (name: string) => (all.has(name) ? ANY_SHAPE : undefined) };
  const statesOf = new Map<string, Set<string>>();
  for (const name of names) {
    const prefix = statePrefix({ name, shape: [] }, weights);
    const part = shortPart(name.slice(prefix.length));
    const states = statesOf.get(part) ?? new Set();
    statesOf.set(part, states.add(prefix.slice(0, -1)));
  }
  const together = new Map<string, { states: string[]; parts: string[] }>();
  for (const [part, found] of statesOf) {
    const states = [...found].sort();
    const same = together.get(states.join()) ?? { states, parts: [] };
    same.parts.push(part);
    together.set(states.join(), same);
  }
  return [...together.values()].map(words).join('; ');
}

const ANY_SHAPE = { shape: [] };

function words({ states, parts }: { states: readonly string[]; parts: readonly string[] }): string {
  const more = parts.length > MOST ? ` and ${parts.length - MOST + 1} more` : '';
  const list = `${parts.slice(0, more ? MOST - 1 : MOST).join(', ')}${more}`;
  const optimizers = states.filter((state) => state !== '');
  if (optimizers.length === 0) return list;
  return states.includes('')
    ? `${list} with ${optimizers.join(', ')}`
    : `${optimizers.join(', ')} of ${list}`;
}

/** "wq" of "model.layers.0.attention.wq.weight", "wq.bias" of its bias. */
function shortPart(name: string): string {
  const parts = name.split('.').filter((part) => !/^\d+$/.test(part));
  const last = parts.at(-1) ?? name;
  const before = parts.at(-2);
  if (before === undefined) return last;
  if (COMMON.test(last)) return before;
  return last === 'bias' ? `${before}.bias` : last;
}
