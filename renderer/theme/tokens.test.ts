// @vitest-environment node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../build/bundles.ts';

const css = readFileSync(join(ROOT, 'renderer', 'theme', 'tokens.css'), 'utf8');

/** Colours of the rules with these selectors, later ones over earlier ones. */
function tokens(...selectors: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const selector of selectors)
    for (const [, name = '', colour = ''] of blockOf(selector).matchAll(/--([\w-]+): (#[0-9a-f]{6});/g))
      found.set(name, colour);
  return found;
}

function blockOf(selector: string): string {
  const from = css.indexOf(`${selector} {`);
  return css.slice(from, css.indexOf('\n}', from));
}

const DARK = ':root[data-mantine-color-scheme="dark"]';
const CONTRAST = ':root[data-contrast]';
const SCHEMES = [
  ['light', 4.5, tokens(':root')],
  ['dark', 4.5, tokens(':root', DARK)],
  ['light, high contrast', 7, tokens(':root', CONTRAST)],
  [
    'dark, high contrast',
    7,
    tokens(':root', DARK, CONTRAST, ':root[data-contrast][data-mantine-color-scheme="dark"]'),
  ],
] as const;

const SURFACES = ['surface', 'surface-side', 'surface-hover'];
const TEXTS: readonly (readonly [text: string, surfaces: readonly string[]])[] = [
  ['text', [...SURFACES, 'accent-soft', 'info-soft']],
  ['text-2', SURFACES],
  ['text-3', ['surface', 'surface-side']],
  ['accent-text', ['surface', 'accent-soft']],
  ['on-accent', ['accent', 'accent-hover']],
  ['warn-text', ['surface', 'warn-soft']],
  ['error-text', ['surface', 'error-soft']],
  ['slice-ink', [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `slice-${i}`)],
];

test.each(SCHEMES)('text on its surfaces, %s: at least %f to 1', (_, least, colours) => {
  const weak = TEXTS.flatMap(([text, surfaces]) =>
    surfaces
      .map((surface) => ({ text, surface, ratio: contrast(colours.get(text), colours.get(surface)) }))
      .filter(({ ratio }) => !(ratio >= least)),
  );
  expect(weak).toEqual([]);
});

test.each(SCHEMES.slice(2))('lines can be seen, %s', (_, _least, colours) => {
  for (const line of ['line', 'line-strong'])
    for (const surface of ['surface', 'surface-side'])
      expect(contrast(colours.get(line), colours.get(surface))).toBeGreaterThan(4.5);
});

/** WCAG 2: 1 (the same) to 21 (black on white). */
function contrast(a = '', b = ''): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
