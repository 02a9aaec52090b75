/**
 * Characters that must not reach a terminal, a log, a table or a window as they are: C0 and C1 controls with
 * DEL (terminal escapes), soft hyphen and zero width characters (look-alike names), line and paragraph
 * separators, bidirectional controls (they reorder what is shown), lone surrogates (no UTF-8 form).
 */
const UNSAFE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escapeCharacter(character: string): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/**
 * A name or other text from a file, safe to show: unsafe characters as `\n`, `\u202e`, …; what is longer than
 * `max` UTF-16 units is cut and ends in `…`. Pass `Infinity` where the whole text is wanted.
 */
export function escapeText(text: string, max = 200): string {
  if (text.length <= max) return text.replace(UNSAFE, escapeCharacter);
  const last = text.charCodeAt(max - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, splitsPair ? max - 1 : max).replace(UNSAFE, escapeCharacter)}…`;
}

/** Spreadsheets run a cell that begins with one of these as a formula (OWASP, "CSV injection"). */
function disarm(cell: string): string {
  return /^[=+\-@]/.test(cell) ? `'${cell}` : cell;
}

/** A text cell for tab-separated output: one line, no tab, never a formula. Not for numbers: `-1` is quoted. */
export function escapeTsv(text: string): string {
  return disarm(escapeText(text, Number.POSITIVE_INFINITY));
}

/** A text cell for comma-separated output (RFC 4180): as `escapeTsv`, in quotes where it needs them. */
export function escapeCsv(text: string): string {
  const cell = escapeTsv(text);
  return /[",;]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
