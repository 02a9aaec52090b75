import type { Dim } from '../checkpoint.ts';

/**
 * Test of a shape. `[*,4096]` fits dimension by dimension, `*` any size, `...` any number of dimensions; `[]` is
 * a scalar; a lone `4096` fits when any dimension has that size. As tables show them, `3584×18944` and
 * `3584x18944` are taken too. undefined when the text is none of these.
 */
export function shapeTest(text: string): ((shape: readonly Dim[]) => boolean) | undefined {
  const bracketed = /^\[(.*)\]$/.exec(text);
  const inner = (bracketed ? (bracketed[1] ?? '') : text).trim();
  const pattern = inner === '' ? [] : inner.split(/\s*[,x×]\s*/);
  if (!pattern.every((part) => /^(?:\d+|\*|\.\.\.|…)$/.test(part))) return undefined;
  const [first, second] = pattern;
  if (!bracketed) {
    if (first === undefined) return undefined;
    if (second === undefined && /\d/.test(first))
      return (shape) => shape.some((dim) => String(dim) === first);
  }
  return (shape) => fits(pattern, shape);
}

/** Wildcard matching of dimensions, going back only to the last `...`: at most pattern × shape steps. */
function fits(pattern: readonly string[], shape: readonly Dim[]): boolean {
  let p = 0;
  let d = 0;
  let lastGap = -1;
  let gapEnd = 0;
  while (d < shape.length) {
    const part = pattern[p];
    if (part === '...' || part === '…') {
      lastGap = p++;
      gapEnd = d;
    } else if (part === '*' || part === String(shape[d])) {
      p++;
      d++;
    } else if (lastGap >= 0) {
      p = lastGap + 1;
      d = ++gapEnd;
    } else return false;
  }
  return pattern.slice(p).every((part) => part === '...' || part === '…');
}
