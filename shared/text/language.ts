/** What the window speaks. */
export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The first of a person's languages that is known, best first as tags of BCP 47 ("zh-Hans-CN"); English where none is. */
export function knownLanguage(tags: readonly string[]): Language {
  const known = tags.find((tag) => /^(en|zh)\b/i.test(tag));
  return known?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
