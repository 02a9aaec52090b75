/** Ascending numbers with their runs drawn together: "0–7, 12". */
export function rangeWords(numbers: readonly number[]): string {
  return runsOf(numbers).map(runWords).join(', ');
}

/** Ranks of ascending pipeline stages, of so many devices each: stages 0 and 2 of 4 are "0–3, 8–11". */
export function stageRanksWords(stages: readonly number[], devices: number): string {
  return runsOf(stages)
    .map(([from, to]) => runWords([from * devices, (to + 1) * devices - 1]))
    .join(', ');
}

type Run = readonly [from: number, to: number];

function runsOf(numbers: readonly number[]): Run[] {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && n === last[1] + 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs;
}

function runWords([from, to]: Run): string {
  return from === to ? `${from}` : `${from}–${to}`;
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
