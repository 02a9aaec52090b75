import i18next, { type Formatter, type Module } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { formatCount } from '../../shared/text/units.ts';
import en from './en.json';
import { chinese } from './zh-CN/index.ts';

export type Language = 'en' | 'zh-CN';

/** The names of the places for values in a sentence: 'path' and 'count' of "{{count}} files in {{path}}". */
type Places<Sentence extends string> = Sentence extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Places<Rest>
  : never;

type Values<Sentence extends string> = {
  readonly [Name in Places<Sentence>]: Name extends 'count' ? number : string | number;
};

/** A count is shown with its separators; what a person compares or copies (a step, a rank) is not. */
const formatter: Module & Pick<Formatter, 'init' | 'format'> = {
  type: 'formatter',
  init() {},
  format: (value, _format, _language, options) =>
    options?.interpolationkey === 'count' && typeof value === 'number' ? formatCount(value) : String(value),
};

// The English sentence is the key, so neither points nor colons in it mean anything.
void i18next
  .use(initReactI18next)
  .use(formatter)
  .init({
    lng: 'en',
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    resources: { en: { translation: en }, 'zh-CN': { translation: chinese } },
    interpolation: { escapeValue: false, alwaysFormat: true },
    react: { useSuspense: false },
  });

/**
 * The sentence in the chosen language, with its values: `t('{{count}} files', { count })`. Call it where the words
 * are shown, never while a module loads: the language can change. A sentence with `{{count}}` has its singular in
 * `en.json`; Chinese is in `zh-CN/`. Markup within a sentence: `<Trans>` of react-i18next.
 */
export function t<const Sentence extends string>(
  sentence: Sentence,
  ...values: [Places<Sentence>] extends [never] ? [] : [Values<Sentence>]
): string {
  return i18next.t(sentence, values[0] ?? {});
}

/** Chooses the language of everything that is rendered from now on. */
export function speak(language: Language): void {
  void i18next.changeLanguage(language);
}
