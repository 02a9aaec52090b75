import singulars from './singulars.json' with { type: 'json' };
import { formatCount } from './units.ts';

/** The names of the places for values in a sentence: 'path' and 'count' of "{{count}} files in {{path}}". */
type Places<Sentence extends string> = Sentence extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Places<Rest>
  : never;

type Values<Sentence extends string> = {
  readonly [Name in Places<Sentence>]: Name extends 'count' ? number : string | number;
};

type Translate = (sentence: string, values: Readonly<Record<string, string | number>>) => string;

const SINGULARS: Readonly<Record<string, string>> = singulars;

/** English, as the command line speaks it: the sentence itself, for one of something its singular. */
function english(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return fill((values.count === 1 && SINGULARS[`${sentence}_one`]) || sentence, values);
}

/** A text with its values in their places. */
function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return name === 'count' && typeof value === 'number' ? formatCount(value) : String(value);
  });
}

let translate: Translate = english;

/**
 * A sentence for people, with its values: `t('{{count}} files', { count })`. English, unless the window chose another
 * language; so call it where the words are shown, never while a module loads. Its key is the English sentence: that
 * of a `count` has its singular in `singulars.json`, the Chinese is in `renderer/language/zh-CN/`.
 */
export function t<const Sentence extends string>(
  sentence: Sentence,
  ...values: [Places<Sentence>] extends [never] ? [] : [Values<Sentence>]
): string {
  return translate(sentence, values[0] ?? {});
}

/** Gives `t` another language: the window does, once, at its start. */
export function translateWith(other: Translate): void {
  translate = other;
}

/**
 * Gives `t` the sentences of a catalogue, with one form for every number (`_other`), as the desktop's main process
 * needs them; without one it speaks English.
 */
export function speakFrom(catalogue?: Readonly<Record<string, string>>): void {
  translate = (sentence, values) => {
    const said = catalogue?.[sentence] ?? catalogue?.[`${sentence}_other`];
    return said === undefined ? english(sentence, values) : fill(said, values);
  };
}
