import { escapeText } from './escape.ts';
import { formatCount } from './units.ts';

/** "'a'", "'a' and 'b'", "'a', 'b', 'c' and 9 more": the first few of many names, escaped. */
export function nameList(names: readonly string[]): string {
  const shown = names.slice(0, names.length === 4 ? 4 : 3).map((name) => `'${escapeText(name)}'`);
  const more = names.length - shown.length;
  const last = more > 0 ? `${formatCount(more)} more` : shown.pop();
  return [...(shown.length > 0 ? [shown.join(', ')] : []), ...(last === undefined ? [] : [last])].join(
    ' and ',
  );
}
