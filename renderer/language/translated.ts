import i18next from 'i18next';
import singulars from '../../shared/text/singulars.json';
import { t } from '../../shared/text/t.ts';
import { chinese } from './zh-CN/index.ts';

/** What places can hold, where it is less than any text: a sentence of few words is told by that. */
const NUMBER = '[\\d,.–]+(?: (?:B|[KMGTPE]iB))?|\\d+(?:, \\d+)*';
const NUMERIC = [
  'number',
  'numbers',
  'rank',
  'stage',
  'step',
  'epoch',
  'run',
  'axis',
  'dimension',
  'part',
  'parts',
  'range',
  'size',
];
const FORMS: Readonly<Record<string, string>> = {
  count: '[\\d,]+',
  what: 'rows?|columns?|elements?|dimension \\d+',
  axes: '[\\w :]+?(?:, [\\w :]+?)*(?: and [\\w :]+)?',
  ...Object.fromEntries(NUMERIC.map((place) => [place, NUMBER])),
};

/** Fewer letters than this, around places for any text, are no sentence that is known for sure among names and paths. */
const LEAST_LETTERS = 4;

interface Pattern {
  readonly key: string;
  readonly places: readonly string[];
  readonly form: RegExp;
  readonly letters: number;
}

const known = new Map<string, string>();
let patterns: readonly Pattern[] | undefined;

/**
 * What the engine says, in the chosen language. The engine speaks English: its sentences are the same for the command
 * line, for programs that read `--json`, and for every window. Here they are recognised by the keys of the
 * translations, with what stands in their places; what is not known stays English.
 */
export function translated(text: string): string {
  if (i18next.language === 'en' || text === '') return text;
  const before = known.get(text);
  if (before !== undefined) return before;
  const found =
    chinese[text] ??
    byParts(text, SENTENCES) ??
    byPattern(text) ??
    withStop(text) ??
    byParts(text, LISTS) ??
    text;
  if (known.size > 5000) known.clear();
  known.set(text, found);
  return found;
}

function byPattern(text: string): string | undefined {
  patterns ??= patternsOf();
  for (const { key, places, form } of patterns) {
    const match = form.exec(text);
    if (!match) continue;
    const values = match.slice(1).map((value) => [value, translated(value)] as const);
    if (values.some(([value, said]) => value === said && isSentence(value))) continue;
    const said = places.map((place, i): [string, string | number] => {
      const [value = '', words = ''] = values[i] ?? [];
      return [place, place === 'count' ? Number(value.replaceAll(',', '')) : words];
    });
    return i18next.t(key, Object.fromEntries(said));
  }
  return undefined;
}

/**
 * What a place cannot hold: words that make a sentence, or the stop at the end of one. A pattern that fits around
 * them is of another sentence, and half of it would be English.
 */
function isSentence(value: string): boolean {
  return (
    /[a-z]{2,},? [a-z]{2,},? [a-z]{2,}/.test(value.replace(/'[^']*'|\S*[/\\].*/g, '')) || value.endsWith('.')
  );
}

/** A sentence whose key has no stop, as a fault's has when it is data. */
function withStop(text: string): string | undefined {
  if (!text.endsWith('.')) return undefined;
  const inner = text.slice(0, -1);
  const small = inner.charAt(0).toLowerCase() + inner.slice(1);
  const said = chinese[inner] ?? chinese[small] ?? byPattern(inner);
  return said && `${said}。`;
}

/** Axes with their sizes are written alike in every language: "dp 2 × mp 4". */
const AXES = /^[a-z]+ \d+(?: × [a-z]+ \d+)*$/;

type Cut = readonly [between: RegExp, join: () => string];

/** Before any pattern, whose last place would take in the sentences that follow. */
const SENTENCES: readonly Cut[] = [[/(?<=[.?!]) (?=[A-Z])/, () => '']];
const LISTS: readonly Cut[] = [
  [/; /, () => '；'],
  [/, /, () => t(', ')],
  [/ and /, () => t(', ')],
];

/** Several sentences, or the parts of a list, each by itself; undefined unless all of them are known. */
function byParts(text: string, cuts: readonly Cut[]): string | undefined {
  for (const [between, join] of cuts) {
    const parts = text.split(between);
    if (parts.length === 1) continue;
    const said = parts.map(translated);
    const changed = parts.map((part, i) => said[i] !== part);
    if (changed.includes(true) && parts.every((part, i) => changed[i] || AXES.test(part)))
      return said.join(join());
  }
  return undefined;
}

/** The longest first: a short one can also fit what belongs to a longer one. */
function patternsOf(): readonly Pattern[] {
  const plural = Object.keys(chinese).map((key) => key.replace(/_other$/, ''));
  const pairs = [
    ...plural.map((key) => [key, key] as const),
    ...Object.entries(singulars).map(([key, one]) => [key.replace(/_one$/, ''), one] as const),
  ];
  return pairs
    .filter(([, text]) => text.includes('{{'))
    .map(([key, text]) => patternOf(key, text))
    .filter(
      ({ places, letters }) =>
        letters >= LEAST_LETTERS ||
        (places.every((place) => place in FORMS) && (letters > 0 || places.includes('what'))),
    )
    .sort((a, b) => b.letters - a.letters);
}

function patternOf(key: string, text: string): Pattern {
  const places: string[] = [];
  const fixed = text.split(/\{\{\w+\}\}/);
  const form = text
    .split(/(\{\{\w+\}\})/)
    .map((part) => {
      const place = /^\{\{(\w+)\}\}$/.exec(part)?.[1];
      if (place === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      places.push(place);
      return `(${FORMS[place] ?? '.+?'})`;
    })
    .join('');
  // A sentence may begin large where its key does not, as in "Rank 3 has …" and "rank 3".
  const start = /^[a-z]/.test(form)
    ? `[${form.charAt(0)}${form.charAt(0).toUpperCase()}]${form.slice(1)}`
    : form;
  return {
    key,
    places,
    form: new RegExp(`^${start}$`, 's'),
    letters: fixed.join('').replace(/[^A-Za-z]/g, '').length,
  };
}
