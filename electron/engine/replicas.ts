import type { Problem } from '../../shared/checkpoint.ts';
import { bitsOf } from '../../shared/dtype.ts';
import { ShardscopeError } from '../../shared/errors.ts';
import { boxKey, indexAt } from '../../shared/layout/box.ts';
import type { Model, ModelTensor } from '../../shared/model.ts';
import type { Piece } from '../../shared/plan/piece.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { formatCount } from '../../shared/text/units.ts';
import type { Control } from './control.ts';
import type { OpenCheckpoint } from './open/open.ts';
import type { WorkerPool } from './pool.ts';
import type { Difference, ReplicaGroup } from './verify-tasks.ts';

/** Copies of one slice of a tensor, with what is needed to say where they differ. */
export interface ReplicaSlice {
  readonly tensor: ModelTensor;
  readonly pieces: readonly Piece[];
  readonly group: ReplicaGroup;
}

/** The slices of a tensor that lie on several ranks. One that does not fit the strategy is a problem already. */
function replicaSlices(tensor: ModelTensor, { model }: OpenCheckpoint): ReplicaSlice[] {
  const slices: ReplicaSlice[] = [];
  for (const pieces of boxesOf(tensor, model)) {
    const [first] = pieces;
    if (!first || pieces.length < 2 || first.byteLength === 0) continue;
    const copies = pieces.map((piece) => ({
      file: piece.file,
      extents: piece.extents ?? [{ offset: piece.offset, length: piece.byteLength }],
    }));
    const { byteLength, dtype } = first;
    slices.push({ tensor, pieces, group: { byteLength, dtype, copies } });
  }
  return slices;
}

function boxesOf(tensor: ModelTensor, model: Model): Iterable<Piece[]> {
  const byBox = new Map<string, Piece[]>();
  for (const piece of piecesOf(tensor, model)) {
    // Of a file cut short only what is there can be compared; that it is short is a problem already.
    if (piece.offset + piece.byteLength > (model.files[piece.file]?.size ?? 0)) continue;
    const key = boxKey(piece.box);
    const same = byBox.get(key);
    if (same) same.push(piece);
    else byBox.set(key, [piece]);
  }
  return byBox.values();
}

function piecesOf(tensor: ModelTensor, model: Model): readonly Piece[] {
  try {
    return model.pieces(tensor);
  } catch (error) {
    if (error instanceof ShardscopeError) return [];
    throw error;
  }
}

/** Work for one task: enough bytes to be worth its start, few enough to share the threads evenly. */
const BATCH_BYTES = 64 * 1024 * 1024;

/** Slices with copies, some at a time; pieces are made as they are needed. */
export function* replicaBatches(
  replicated: readonly ModelTensor[],
  open: OpenCheckpoint,
): Generator<ReplicaSlice[]> {
  let batch: ReplicaSlice[] = [];
  let bytes = 0;
  for (const tensor of replicated) {
    for (const slice of replicaSlices(tensor, open)) {
      batch.push(slice);
      bytes += slice.group.byteLength * slice.group.copies.length;
      if (bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

/** Compares the copies of some slices on a worker thread. Throws IO_READ, IO_SOURCE_CHANGED, CANCELLED. */
export async function compareReplicas(
  batch: readonly ReplicaSlice[],
  { model }: OpenCheckpoint,
  control: Control,
  { pool, signal }: { readonly pool: WorkerPool; readonly signal: AbortSignal },
): Promise<readonly ReplicaDifference[]> {
  const used = new Set(batch.flatMap(({ pieces }) => pieces.map((piece) => piece.file)));
  const sources = new Map(
    [...used].flatMap((index) => {
      const file = model.files[index];
      return file ? [[index, { path: file.path, identity: file.identity }] as const] : [];
    }),
  );
  const groups = batch.map(({ group }) => group);
  const differences = await pool.run(
    { type: 'compare-replicas', groups, sources, control: control.shared },
    signal,
  );
  return batch.flatMap((slice, index) => {
    const found = differences.filter(({ group }) => group === index);
    if (found.length === 0) return [];
    return [replicaDifference(slice.pieces, found, (file) => model.files[file]?.path)];
  });
}

/** The first copy that differs from the first rank's, and which other ranks' copies do, too. */
export function replicaDifference(
  pieces: readonly Piece[],
  found: readonly Difference[],
  pathOf: (file: number) => string | undefined,
): ReplicaDifference {
  const [first, ...others] = found;
  const a = pieces[0];
  const b = pieces[first?.copy ?? 1];
  const rankOf = (piece: Piece | undefined) => piece?.rank ?? 0;
  return {
    tensor: a?.tensor ?? '',
    dtype: a?.dtype ?? 'U8',
    ranks: [rankOf(a), rankOf(b)],
    otherRanks: others.map(({ copy }) => rankOf(pieces[copy])),
    file: pathOf(b?.file ?? 0) ?? '',
    element: a ? indexAt(a.box, first?.element ?? 0) : [],
    count: first?.count ?? 0,
    elements: ((a?.byteLength ?? 0) * 8) / bitsOf(a?.dtype ?? 'U8'),
    ...(first && first.maxAbs > 0 && { maxAbsDifference: first.maxAbs }),
  };
}

/** A difference as a problem of the checkpoint. */
export function differenceProblem(difference: ReplicaDifference): Problem {
  const { tensor, ranks, otherRanks, file, element, count, elements, maxAbsDifference } = difference;
  const [a, b] = ranks;
  const most = maxAbsDifference === undefined ? '' : ` by at most ${Number(maxAbsDifference.toPrecision(4))}`;
  const more =
    otherRanks.length > 0 ? `; ${formatCount(otherRanks.length)} more ranks differ from rank ${a}` : '';
  return {
    code: 'CP_CONFLICT',
    severity: 'error',
    message: `'${escapeText(tensor)}' is not the same on rank ${a} and rank ${b}, which should hold copies of one slice: ${formatCount(count)} of ${formatCount(elements)} elements differ${most}, first [${element.join(', ')}]${more}.`,
    advice: 'One of the ranks went astray in training or was damaged; a merge takes the copy of one of them.',
    tensor,
    file,
    rank: b,
  };
}
