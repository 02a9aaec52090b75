import { refuse } from '../errors.ts';
import type { Model, ModelTensor } from '../model.ts';
import { escapeText } from '../text/escape.ts';
import { formatCount } from '../text/units.ts';
import { checkNewNames } from './check-names.ts';
import { isJoinable, type JoinNames, type NameTable, type Naming } from './names.ts';
import { statePrefix } from './state-prefix.ts';

/**
 * Tensors on their way to new names: one to one, several into one (`join`, `from` in the order of its parts), or
 * one into several (`join`, `to` in the order of its parts).
 */
export interface Passage {
  readonly from: readonly ModelTensor[];
  readonly to: readonly string[];
  readonly join?: JoinNames;
}

/** Names that a warning lists; the rest is counted. */
const LISTED = 5;

/**
 * What becomes of each tensor. States of an optimizer follow their weight, with what stands before its name.
 * Names that no rule knows are kept; `warnings` lists them.
 *
 * @throws CP_NO_TENSOR when no rule knows any name, or a part of a joined tensor is missing; CP_CONFLICT when
 *   two tensors get one name (both are named), or a name that a file cannot hold
 */
export function passagesOf(
  model: Model,
  tensors: readonly ModelTensor[],
  table: NameTable,
  request: { readonly to: Naming; readonly qkvConcat: boolean },
  warnings: string[],
): Passage[] {
  const kept: string[] = [];
  const passages: Passage[] = [];
  for (const tensor of tensors) {
    const prefix = statePrefix(tensor, model.byName);
    const name = tensor.name.slice(prefix.length);
    const split = request.to === 'huggingface' ? table.splitOf(name) : undefined;
    if (split && isJoinable(split)) {
      const to = split.parts.map((part) => prefix + (table.rename(part, request.to) ?? part));
      passages.push({ from: [tensor], to, join: split });
      continue;
    }
    const renamed = table.rename(name, request.to);
    if (renamed === undefined) kept.push(tensor.name);
    passages.push({ from: [tensor], to: [prefix + (renamed ?? name)] });
  }
  refuseUnknown(tensors, kept);
  if (kept.length > 0) {
    warnings.push(
      `${countOf(kept.length, 'name fits no rule and is', 'names fit no rule and are')} kept: ${list(kept)}.`,
    );
  }
  checkNewNames(newNames(passages));
  if (request.to !== 'mindspore' || !request.qkvConcat) return passages;
  const joined = join(model, passages, table, warnings);
  checkNewNames(newNames(joined));
  return joined;
}

function* newNames(passages: readonly Passage[]) {
  for (const { from, to } of passages)
    for (const name of to) yield { from: from.map((tensor) => tensor.name), to: name };
}

/** Puts the passages of parts together; the rest stays. */
function join(model: Model, passages: readonly Passage[], table: NameTable, warnings: string[]): Passage[] {
  const rest: Passage[] = [];
  const groups = new Map<string, { names: JoinNames; parts: Map<number, ModelTensor> }>();
  const unjoined: string[] = [];
  for (const passage of passages) {
    const [tensor] = passage.from;
    const [name] = passage.to;
    if (!tensor || name === undefined) continue;
    const prefix = statePrefix(tensor, model.byName);
    const names = table.joinOf(name.slice(prefix.length));
    if (!names || !isJoinable(names)) {
      if (names) unjoined.push(name);
      rest.push(passage);
      continue;
    }
    const group = groups.get(prefix + names.whole) ?? { names, parts: new Map<number, ModelTensor>() };
    groups.set(prefix + names.whole, group);
    group.parts.set(names.parts.indexOf(name.slice(prefix.length)), tensor);
  }
  if (unjoined.length > 0) {
    warnings.push(
      `${countOf(unjoined.length, 'tensor is', 'tensors are')} neither weight nor bias and not joined: ${list(unjoined)}.`,
    );
  }
  const joins = [...groups].map(([whole, { names, parts }]): Passage => {
    const from = names.parts.map(
      (part, i) => parts.get(i) ?? refuseMissing(whole, part, [...parts.values()]),
    );
    return { from, to: [whole], join: names };
  });
  return [...rest, ...joins];
}

function refuseUnknown(tensors: readonly ModelTensor[], kept: readonly string[]): void {
  if (kept.length === 0 || kept.length < tensors.length) return;
  refuse(
    'CP_NO_TENSOR',
    `none of the ${formatCount(tensors.length)} names is one of Llama or Qwen2, first '${escapeText(kept[0] ?? '')}'`,
    'Only weights of the Llama and Qwen2 families can be renamed.',
    { tensor: kept[0] },
  );
}

function refuseMissing(whole: string, part: string, others: readonly ModelTensor[]): never {
  const names = others.map((tensor) => `'${escapeText(tensor.name)}'`).join(' and ');
  return refuse(
    'CP_NO_TENSOR',
    `'${escapeText(whole)}' cannot be joined: there is ${names}, but nothing that becomes '${escapeText(part)}'`,
    'Add the file that has it, or rename without joining.',
    { tensor: part },
  );
}

function countOf(n: number, one: string, many: string): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

function list(names: readonly string[]): string {
  const shown = names
    .slice(0, LISTED)
    .map((name) => escapeText(name))
    .join(', ');
  return names.length > LISTED ? `${shown} and ${formatCount(names.length - LISTED)} more` : shown;
}
