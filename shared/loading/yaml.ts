import { Document, isScalar, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { escapeText } from '../text/escape.ts';

/** One line of a configuration, or a block of lines under a key. */
export interface Entry {
  readonly key: string;
  readonly value: string | number | boolean | readonly Entry[] | readonly (readonly Entry[])[];
  /** Behind a value, above a block. */
  readonly comment?: string | undefined;
}

/** What begins a comment until all of them are moved to one column; of Unicode's private use, so in no key of ours. */
const MARK = '\u{e000}';

/**
 * Entries as YAML 1.1, which PyYAML reads: `True` and `False`, and texts quoted that it would take for something
 * else (`1_20` is a number to it, `on` a boolean). Comments stand in one column.
 *
 * @param head comment above it all, a line each
 */
export function formatYaml(entries: readonly Entry[], head: readonly string[] = []): string {
  const document = new Document(null, { version: '1.1' });
  document.contents = mapOf(entries);
  const text = document.toString({ trueStr: 'True', falseStr: 'False', lineWidth: 0 });
  return [...head.map(commentLine), ...aligned(escaped(text).trimEnd().split('\n'))].join('\n');
}

/** What PyYAML takes for the end of a line, or does not take at all, unless it is quoted and escaped. */
const UNSAFE = /[\t\u007f-\u009f\u2028\u2029\ufeff]/;

function escaped(text: string): string {
  return text.replaceAll(
    new RegExp(UNSAFE, 'g'),
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A line of a comment; what a path has in it cannot end the comment. */
export function commentLine(text: string): string {
  return text === '' ? '#' : `# ${escapeText(text, 10_000)}`;
}

function mapOf(entries: readonly Entry[]): YAMLMap {
  const map = new YAMLMap();
  for (const { key, value, comment } of entries) {
    const name = new Scalar(key);
    const node = nodeOf(value);
    if (comment !== undefined) {
      if (isScalar(node)) node.comment = MARK + escapeText(comment, 1000);
      else name.commentBefore = ` ${escapeText(comment, 1000)}`;
    }
    map.items.push(new Pair(name, node));
  }
  return map;
}

function nodeOf(value: Entry['value']): Node {
  if (!Array.isArray(value)) {
    const scalar = new Scalar(value);
    if (typeof value === 'string' && UNSAFE.test(value)) scalar.type = Scalar.QUOTE_DOUBLE;
    return scalar;
  }
  if (!value.every((part) => Array.isArray(part))) return mapOf(value);
  const list = new YAMLSeq();
  for (const part of value) list.items.push(mapOf(part));
  return list;
}

/** Moves the comments behind values to one column. */
function aligned(lines: readonly string[]): string[] {
  const cuts = lines.map((line) => line.lastIndexOf(` #${MARK}`));
  const column = Math.max(...cuts.filter((cut) => cut <= MAX_COLUMN));
  return lines.map((line, i) => {
    const cut = cuts[i] ?? -1;
    return cut < 0 ? line : `${line.slice(0, cut).padEnd(column)}  # ${line.slice(cut + 2 + MARK.length)}`;
  });
}

/** A long path pushes its own comment out, not those of the other lines. */
const MAX_COLUMN = 48;
