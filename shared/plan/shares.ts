import { spreadEvenly } from './parts.ts';
import { outputPieces, type Plan } from './plan.ts';
import type { OutputSums } from './report.ts';

/** One of `count` processes that do a job together; `index` counts from 1. */
export interface Split {
  readonly index: number;
  readonly count: number;
}

/**
 * The output files of each of `count` shares, as ascending indices: about as many bytes in each, and the same on
 * every machine. Whole files, as two machines that write into one file on a network drive can overwrite each
 * other: their caches hold pages of 4 KiB, not bytes.
 */
export function sharesOf(outputs: Plan['outputs'], count: number): number[][] {
  const files = outputs.map(({ size }, index) => ({ index, byteLength: size }));
  return spreadEvenly(files, count).map((share) => share.map(({ index }) => index).sort((a, b) => a - b));
}

/** The part of a plan that a share does, without the texts: those are about all files. */
export function shareOf(plan: Plan, { index, count }: Split): Plan {
  return onlyFiles(plan, sharesOf(plan.outputs, count)[index - 1] ?? []);
}

/** What a part of a plan, made with `onlyFiles`, gave. */
export interface PartSums {
  readonly files: readonly number[];
  readonly sums: OutputSums;
}

/**
 * The sums of all output pieces and files from those of parts of the plan, which may overlap; undefined where a
 * file is in none of them.
 */
export function joinSums(plan: Plan, parts: readonly PartSums[]): OutputSums | undefined {
  const partsOf = plan.outputs.map((_, file) => parts.filter(({ files }) => files.includes(file)));
  if (partsOf.some((found) => found.length === 0)) return undefined;
  const next = new Map(parts.map((part) => [part, 0]));
  const pieces = outputPieces(plan).map((piece) => {
    let sum = 0;
    for (const part of partsOf[piece.file] ?? []) {
      const at = next.get(part) ?? 0;
      sum = part.sums.pieces[at] ?? 0;
      next.set(part, at + 1);
    }
    return sum;
  });
  const files = partsOf.map(([part], file) => part?.sums.files[part.files.indexOf(file)] ?? 0);
  return { pieces: Uint32Array.from(pieces), files };
}

/** A plan for some of the output files, given by ascending indices. Sources keep their numbers. */
export function onlyFiles(plan: Plan, files: readonly number[]): Plan {
  const placeOf = new Map(files.map((file, place) => [file, place]));
  const read = new Set<number>();
  const moves = plan.moves.flatMap((move) => {
    const to = move.to.flatMap((piece) => {
      const file = placeOf.get(piece.file);
      return file === undefined ? [] : [{ ...piece, file }];
    });
    if (to.length === 0) return [];
    for (const piece of move.from) read.add(piece.file);
    for (const { copies } of move.replicas ?? []) for (const piece of copies) read.add(piece.file);
    return [{ ...move, to }];
  });
  return {
    ...plan,
    sources: plan.sources.map(({ crc, ...source }, i) => ({
      ...source,
      ...(crc && read.has(i) && { crc }),
    })),
    outputs: files.flatMap((file) => plan.outputs[file] ?? []),
    texts: [],
    moves,
  };
}
