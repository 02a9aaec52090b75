import { refuse } from '../errors.ts';
import { type Box, boxKey, intersect, volume, wholeBox } from '../layout/box.ts';
import { escapeText } from '../text/escape.ts';
import { rankList } from '../text/ranks.ts';
import type { Piece } from './piece.ts';

/**
 * Chooses one piece per distinct box so that together they cover the tensor: what makes redundant,
 * deduplicated and incomplete folders the same thing for a job. Takes the stage whose pieces suffice (a tied
 * tensor lies in several, perhaps cut differently), else whatever pieces together cover it.
 *
 * @param pieces all pieces of one tensor; earlier ones are preferred among replicas
 * @throws SG_COVERAGE when no choice covers the tensor, with the first hole
 */
export function coverTensor(pieces: readonly Piece[]): readonly Piece[] {
  const [first] = pieces;
  if (!first) throw new RangeError('a tensor without pieces');
  const byStage = new Map<number, Piece[]>();
  for (const piece of distinctBoxes(pieces)) {
    const stage = piece.stage ?? 0;
    const list = byStage.get(stage);
    if (list) list.push(piece);
    else byStage.set(stage, [piece]);
  }
  const total = volume(first.shape);
  for (const candidates of byStage.values()) {
    // The boxes of one layout are disjoint, so equal volumes mean that nothing is missing.
    let held = 0;
    for (const piece of candidates) held += volume(piece.box.extent);
    if (held === total) return candidates;
  }
  return coverPiecemeal(first, [...byStage.values()].flat());
}

function distinctBoxes(pieces: readonly Piece[]): Piece[] {
  const seen = new Set<string>();
  return pieces.filter((piece) => {
    const key = `${piece.stage ?? 0}:${boxKey(piece.box)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Takes pieces while they add something, and keeps the list of boxes still missing. */
function coverPiecemeal(first: Piece, pieces: readonly Piece[]): readonly Piece[] {
  let holes: Box[] = volume(first.shape) === 0 ? [] : [wholeBox(first.shape)];
  const chosen: Piece[] = [];
  for (const piece of pieces) {
    const left = holes.flatMap((hole) => subtract(hole, piece.box));
    if (left.length === holes.length && left.every((box, i) => box === holes[i])) continue;
    chosen.push(piece);
    holes = left;
    if (holes.length === 0) break;
  }
  const [hole] = holes;
  if (!hole) return chosen.length > 0 ? chosen : [first];
  const ranks = [...new Set(pieces.flatMap((piece) => (piece.rank === undefined ? [] : [piece.rank])))];
  return refuse(
    'SG_COVERAGE',
    `tensor '${escapeText(first.tensor)}' [${first.shape.join(', ')}] is not whole: nothing holds [${hole.start
      .map((start, d) => `${start}:${start + (hole.extent[d] ?? 0)}`)
      .join(', ')}]; ${ranks.length > 0 ? `${rankList(ranks)} have other parts` : 'no rank has it'}`,
    'Add the missing rank folders, or choose a save that has them.',
    { tensor: first.tensor },
  );
}

/** `a` without `b`, as disjoint boxes; `a` itself (the same object) when they do not meet. */
export function subtract(a: Box, b: Box): Box[] {
  const common = intersect(a, b);
  if (!common) return [a];
  const rest: Box[] = [];
  const start = [...a.start];
  const extent = [...a.extent];
  for (let d = 0; d < start.length; d++) {
    const from = start[d] ?? 0;
    const to = from + (extent[d] ?? 0);
    const cutFrom = common.start[d] ?? 0;
    const cutTo = cutFrom + (common.extent[d] ?? 0);
    if (cutFrom > from) rest.push(withRange(start, extent, d, from, cutFrom));
    if (to > cutTo) rest.push(withRange(start, extent, d, cutTo, to));
    start[d] = cutFrom;
    extent[d] = cutTo - cutFrom;
  }
  return rest;
}

function withRange(
  start: readonly number[],
  extent: readonly number[],
  d: number,
  from: number,
  to: number,
): Box {
  return { start: start.with(d, from), extent: extent.with(d, to - from) };
}
