/** Ascending numbers with their runs drawn together: "0–7, 12". */
export function rangeWords(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && n === last[1] + 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}

/** The same, short where the numbers are equally far apart: "0, 8, 16 … 1016". */
export function shortRangeWords(numbers: readonly number[]): string {
  const [first = 0, second = 0] = numbers;
  const step = second - first;
  const even = step > 1 && numbers.every((n, i) => n === first + i * step);
  return even && numbers.length > 5
    ? `${numbers.slice(0, 3).join(', ')} … ${numbers.at(-1)}`
    : rangeWords(numbers);
}
