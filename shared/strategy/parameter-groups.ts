import type { TensorRole } from '../checkpoint.ts';
import { type AxisNames, strategyAxisNames } from '../layout/axis-names.ts';
import { checkLayout, layoutKey } from '../layout/layout.ts';
import { meaningWords } from '../layout/words.ts';
import { Roles } from '../model/roles.ts';
import type { Model, ModelTensor } from '../model.ts';
import { naturalCompare } from '../text/natural-order.ts';
import { type Fit, FitCheck } from './fit.ts';
import type { Layout, Strategy } from './strategy.ts';

/** All parameters of a strategy, held against the files once. */
export interface Known {
  readonly byName: ReadonlyMap<string, Parameter>;
  readonly groups: readonly Group[];
  readonly names: ReadonlySet<string>;
  readonly model: Model;
}

export interface Parameter {
  readonly name: string;
  readonly key: string;
  readonly layouts: readonly { readonly stage: number; readonly layout: Layout }[];
  readonly tensor: ModelTensor | undefined;
  /** Of the tensor, or by the name where no file has one. */
  readonly role: TensorRole;
  readonly fit: Fit;
}

export interface Group {
  readonly key: string;
  readonly layout: Layout;
  readonly words: string;
  /** In natural order of names. */
  readonly parameters: readonly Parameter[];
}

const cache = new WeakMap<Strategy, Known>();

export function groupsOf(model: Model, strategy: Strategy): Known {
  let known = cache.get(strategy);
  if (known?.model !== model) {
    known = collect(model, strategy);
    cache.set(strategy, known);
  }
  return known;
}

function collect(model: Model, strategy: Strategy): Known {
  const layoutsByName = new Map<string, { stage: number; layout: Layout }[]>();
  for (const [stage, layouts] of strategy.stages.entries())
    for (const [name, layout] of layouts) {
      const same = layoutsByName.get(name);
      if (same) same.push({ stage, layout });
      else layoutsByName.set(name, [{ stage, layout }]);
    }
  const roles = new Roles(layoutsByName);
  const check = new FitCheck(model, strategy);
  const byName = new Map<string, Parameter>();
  const groups = new Map<string, Parameter[]>();
  for (const name of [...layoutsByName.keys()].sort(naturalCompare)) {
    const layouts = layoutsByName.get(name) ?? [];
    const key = keyOf(layouts);
    const tensor = model.byName.get(name);
    const role = tensor?.role ?? roles.weightOrState(name);
    const parameter = { name, key, layouts, tensor, role, fit: check.of(name, layouts) };
    byName.set(name, parameter);
    const same = groups.get(key);
    if (same) same.push(parameter);
    else groups.set(key, [parameter]);
  }
  const axes = strategyAxisNames(strategy);
  return {
    byName,
    names: new Set(byName.keys()),
    model,
    groups: [...groups]
      .flatMap(([key, parameters]): Group[] => {
        const [first] = parameters;
        const [own] = first?.layouts ?? [];
        if (!first || !own) return [];
        return [{ key, layout: own.layout, words: wordsOf(first, axes), parameters }];
      })
      .sort((a, b) => b.parameters.length - a.parameters.length),
  };
}

/** Stages that share a parameter and cut it alike are one layout; where they do not, their numbers belong to it. */
function keyOf(layouts: Parameter['layouts']): string {
  const keys = new Set(layouts.map(({ layout }) => layoutKey(layout)));
  const [only] = keys;
  if (only !== undefined && keys.size === 1) return only;
  return layouts.map(({ stage, layout }) => `${stage}: ${layoutKey(layout)}`).join('; ');
}

function wordsOf({ name, layouts }: Parameter, axes: AxisNames): string {
  const words = layouts.map(({ layout }) => meaning(name, layout, axes));
  if (new Set(words).size === 1) return words[0] ?? '';
  return layouts.map(({ stage }, i) => `${words[i]} in stage ${stage}`).join('; ');
}

function meaning(name: string, layout: Layout, axes: AxisNames): string {
  try {
    checkLayout(name, layout);
  } catch {
    // The numbers are among the misfits.
    return 'cannot be used';
  }
  return meaningWords(layout, axes);
}
