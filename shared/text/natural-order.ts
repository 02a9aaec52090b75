const ZERO = 48;
const NINE = 57;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Index behind the run of digits (or of zeros only, `last` = ZERO) that starts at `from`. */
function endOfRun(text: string, from: number, last: number): number {
  let i = from;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > last) break;
    i++;
  }
  return i;
}

/**
 * Order of names as people count: `layers.2` before `layers.10`. Runs of ASCII digits compare as numbers of any
 * length (then fewer leading zeros first), everything else by UTF-16 code unit. A total order: only equal names
 * give 0, and names with a common prefix stay together, which the tree of the tensor table relies on.
 */
export function naturalCompare(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === a.length || i === b.length) {
    // One is a prefix of the other: the shorter goes first, and a number with digits added is never smaller.
    return a.length - b.length;
  }
  const apart = a.charCodeAt(i) - b.charCodeAt(i);
  if (!isDigit(a.charCodeAt(i)) && !isDigit(b.charCodeAt(i))) return apart;
  // The first difference may lie inside a number that began before it.
  let from = i;
  while (from > 0 && isDigit(a.charCodeAt(from - 1))) from--;
  const endA = endOfRun(a, from, NINE);
  const endB = endOfRun(b, from, NINE);
  if (endA === from || endB === from) return apart;
  const valueA = endOfRun(a, from, ZERO);
  const valueB = endOfRun(b, from, ZERO);
  const longer = endA - valueA - (endB - valueB);
  if (longer !== 0) return longer;
  for (let k = 0; valueA + k < endA; k++) {
    const difference = a.charCodeAt(valueA + k) - b.charCodeAt(valueB + k);
    if (difference !== 0) return difference;
  }
  return endA - endB;
}
