import i18next, { type Formatter, type Module } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../../shared/text/language.ts';
import singulars from '../../shared/text/singulars.json';
import { translateWith } from '../../shared/text/t.ts';
import { formatCount } from '../../shared/text/units.ts';
import { chinese } from './zh-CN/index.ts';

/** Markup within a sentence: `<Trans>` of react-i18next. */
export { t } from '../../shared/text/t.ts';

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
    resources: { en: { translation: singulars }, 'zh-CN': { translation: chinese } },
    interpolation: { escapeValue: false, alwaysFormat: true },
    react: { useSuspense: false },
  });

translateWith((sentence, values) => i18next.t(sentence, values));

/** Chooses the language of everything that is rendered from now on. */
export function speak(language: Language): void {
  void i18next.changeLanguage(language);
}
