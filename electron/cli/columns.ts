import { formatCount } from '../../shared/text/units.ts';

/** Rows as aligned text: columns padded to their longest cell, `right` lists those aligned to the right. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Rows of a table in words; --json has all. */
const MOST_ROWS = 20;

/** The first rows of a table that may have thousands, under its heading, and how many more there are. */
export function firstRows(
  heading: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  right: readonly number[],
  what: string,
): string[] {
  const more = rows.length - MOST_ROWS;
  return [
    ...columns([...(heading ? [heading] : []), ...rows.slice(0, MOST_ROWS)], right),
    ...(more > 0 ? [`${formatCount(more)} more ${what}; --json lists all.`] : []),
  ];
}
