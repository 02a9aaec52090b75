import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../build/bundles.ts';
import { chinese } from '../../renderer/language/zh-CN/index.ts';
import en from '../../shared/text/singulars.json' with { type: 'json' };
import { type Place, sentencesOf } from './sentences.ts';

/** The desktop's own: what it shows is translated too. */
const DESKTOP = ['electron/menu.ts', 'electron/dialogs.ts'];

const sources = ['renderer', 'shared', 'electron/engine']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      posix.join(folder, name.replaceAll('\\', '/')),
    ),
  )
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|^renderer\/testing\//.test(file))
  .concat(DESKTOP)
  .map((file) => sentencesOf(file, readFileSync(join(ROOT, file), 'utf8')));

const keys = sources.flatMap((source) => source.keys);
const faults = new Set(sources.flatMap((source) => source.faults).map(({ text }) => text));
const used = new Set([...keys.map((key) => key.text), ...faults]);
const singulars: Readonly<Record<string, string>> = en;

function counts(sentence: string): boolean {
  return sentence.includes('{{count}}');
}

function say(places: readonly Place[]): string[] {
  return places.map(({ file, line, text }) => `${file}:${line} ${text}`);
}

test('every sentence has its Chinese', () => {
  const missing = keys.filter(({ text }) => chinese[counts(text) ? `${text}_other` : text] === undefined);
  expect(say(missing)).toEqual([]);
});

test('every sentence that counts has its English singular', () => {
  const missing = keys.filter(({ text }) => counts(text) && singulars[`${text}_one`] === undefined);
  expect(say(missing)).toEqual([]);
});

test('a sentence has its Chinese in one place only', () => {
  const folder = join(ROOT, 'renderer/language/zh-CN');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => join(folder, file));
  // Read as text: of a key that a file has twice, parsing keeps the last.
  const all = [...files, join(ROOT, 'shared/text/zh-CN.json')].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^ {2}("(?:[^"\\]|\\.)*"):/gm)].map(([, key]) => key),
  );
  expect(new Set(all).size).toBe(Object.keys(chinese).length);
  expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
});

test('no translation is left of a sentence that is gone', () => {
  const left = [...Object.keys(chinese), ...Object.keys(singulars)].filter(
    (key) => !used.has(key.replace(/_(one|other)$/, '')),
  );
  expect(left).toEqual([]);
});

test('a translation has the same places and tags as its sentence; a singular may know its number', () => {
  const parts = (text: string) => [...new Set(text.match(/\{\{\w+\}\}|<\/?\w+ ?\/?>/g))].sort();
  for (const [key, text] of Object.entries(chinese)) {
    // Of a fault some places hold grammar alone: "has" or "have".
    if (faults.has(key)) expect(parts(key), key).toEqual(expect.arrayContaining(parts(text)));
    else expect(parts(text), key).toEqual(parts(key));
  }
  for (const [key, text] of Object.entries(singulars))
    expect(parts(`${text}{{count}}`), key).toEqual(parts(key));
});

test('no word of the window is out of reach of translation', () => {
  const bare = sources
    .flatMap((source) => source.bare)
    .filter(({ file }) => file.startsWith('renderer/') || DESKTOP.includes(file));
  expect(say(bare)).toEqual([]);
});

test('no sentence is put into words while its module loads', () => {
  expect(say(sources.flatMap((source) => source.early))).toEqual([]);
});

test.each([
  ['<p>Open it</p>', 'Open it'],
  ['<p>{some ? "one" : t("two")}</p>', 'one'],
  [`<Tooltip label={\`Forget \${name}\`} />`, 'Forget …'],
  ['const LIST = [{ title: "Everywhere" }]', 'Everywhere'],
  ['function words() { return "checked and done"; }', 'checked and done'],
])('%s has bare words', (source, text) => {
  expect(sentencesOf('a.tsx', source).bare.map((place) => place.text)).toEqual([text]);
});

test.each([
  '<p className="quiet text" id="two words">{t("Open it")}</p>',
  '<p>{count} × {bytes}</p>',
  'throw new Error("the context is missing")',
  `const key = \`\${path} \${id}\`; type Mode = "as is";`,
])('%s has none', (source) => {
  expect(sentencesOf('a.tsx', source).bare).toEqual([]);
});

test('keys are seen in t and in Trans, early calls outside of functions', () => {
  const { keys, early } = sentencesOf(
    'a.tsx',
    'const early = t("a"); const A = () => <Trans i18nKey={x ? "b" : "c"} values={{}} />;',
  );
  expect(keys.map((key) => key.text)).toEqual(['a', 'b', 'c']);
  expect(early).toHaveLength(1);
});
