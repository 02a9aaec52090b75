/** Python sorts strings by code point; JavaScript's `<` by UTF-16 unit, which differs above U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    return (a.codePointAt(i) ?? 0) - (b.codePointAt(i) ?? 0) || x - y;
  }
  return a.length - b.length;
}
