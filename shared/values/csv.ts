import type { JsonNumber, JsonValue } from './json-values.ts';

/** Values as lines of `columns` numbers, exact in 64-bit floats, with the words that NumPy and pandas read. */
export function* csvLines(values: readonly JsonValue[], columns: number): Generator<string> {
  for (let at = 0; at < values.length; at += columns)
    yield `${values
      .slice(at, at + columns)
      .map(cell)
      .join(',')}\n`;
}

const WORDS: ReadonlyMap<JsonNumber, string> = new Map([
  ['NaN', 'nan'],
  ['Infinity', 'inf'],
  ['-Infinity', '-inf'],
]);

function cell(value: JsonValue): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object') return `${word(value[0])}${sign(value[1])}${word(value[1])}j`;
  return word(value);
}

function word(value: JsonNumber): string {
  if (Object.is(value, -0)) return '-0';
  return WORDS.get(value) ?? String(value);
}

/** What joins the parts of a complex number; a negative one brings its own. */
function sign(imaginary: JsonNumber): string {
  return word(imaginary).startsWith('-') ? '' : '+';
}
