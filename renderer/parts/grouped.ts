import { formatCount } from '../../shared/text/units.ts';

/** Numbers of four digits or more, and what keeps its digits as they are: quoted names, shapes, paths, fractions. */
const NUMBERS = /'[^']*'|\[[^\]]*\]|\S*[/\\]\S*|[\w.]*[A-Za-z_.][\w.]*|\d{4,}/g;

/**
 * What speaks of bytes, with separators in its large numbers: the engine's text has them as they are, for programs
 * that read it. "its header needs 8,097,420: 7,197,420 bytes missing".
 */
export function grouped(text: string): string {
  if (!/\bbytes?\b|字节/.test(text)) return text;
  return text.replace(NUMBERS, (piece) => (/^\d+$/.test(piece) ? formatCount(BigInt(piece)) : piece));
}
