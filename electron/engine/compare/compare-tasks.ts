import type { Pair } from '../../../shared/compare/names.ts';
import type { ComparedPart } from '../../../shared/compare/results.ts';
import { type Fault, ShardscopeError } from '../../../shared/errors.ts';
import { type Box, volume, wholeBox } from '../../../shared/layout/box.ts';
import { itemBytes } from '../../../shared/values/elements.ts';
import { tilesOfBox } from '../../../shared/values/tiles.ts';
import type { TensorSource } from '../values/tensor-source.ts';
import type { ComparePart } from './compare-values.ts';
import { pairSources } from './part.ts';
import type { Side } from './side.ts';

/** Read and looked at while it is in the processor's cache: of each side, in bytes. */
const CHUNK_BYTES = 1_048_576;
/** What one task reads of each side, in bytes: some 50 ms of work. */
const TASK_BYTES = 32 * CHUNK_BYTES;

/** A part of the pair at `index`, or its last part. */
export interface PlannedPart {
  readonly index: number;
  readonly part: ComparePart;
  readonly last: boolean;
}

/**
 * The parts of all pairs, as many together as are worth a task; made while earlier ones are at work. A pair whose
 * tensors cannot be put together goes to `refused`.
 */
export function* compareTasks(
  a: Side,
  b: Side,
  pairs: Iterable<readonly [index: number, pair: Pair, part: ComparedPart | undefined]>,
  refused: (index: number, fault: Fault) => void,
): Generator<PlannedPart[]> {
  let task: PlannedPart[] = [];
  let bytes = 0;
  for (const [index, pair, part] of pairs) {
    const sources = sourcesOf(a, b, pair, part, (fault) => refused(index, fault));
    if (!sources) continue;
    const item = Math.max(itemBytes(sources.a.dtype), itemBytes(sources.b.dtype));
    for (const { boxes, first, last } of partsOf(sources.a.shape, item)) {
      task.push({ index, part: { ...sources, boxes, first }, last });
      bytes += boxes.reduce((sum, { extent }) => sum + volume(extent), 0) * item;
      if (bytes < TASK_BYTES && task.length < 1000) continue;
      yield task;
      task = [];
      bytes = 0;
    }
  }
  if (task.length > 0) yield task;
}

function sourcesOf(
  a: Side,
  b: Side,
  pair: Pair,
  part: ComparedPart | undefined,
  refused: (fault: Fault) => void,
): { a: TensorSource; b: TensorSource } | undefined {
  if (!pair.a || !pair.b) return undefined;
  try {
    return pairSources(a, b, { a: pair.a.name, b: pair.b.name }, part);
  } catch (error) {
    if (!(error instanceof ShardscopeError)) throw error;
    refused(error.fault);
    return undefined;
  }
}

/** A tensor's boxes in row-major order, as many together as one task takes; one part at least. */
function* partsOf(
  shape: readonly number[],
  item: number,
): Generator<{ boxes: Box[]; first: number; last: boolean }> {
  const most = Math.max(1, Math.floor(CHUNK_BYTES / item));
  const total = volume(shape);
  let boxes: Box[] = [];
  let first = 0;
  let elements = 0;
  for (const box of tilesOfBox(wholeBox(shape), most)) {
    boxes.push(box);
    elements += volume(box.extent);
    if (elements * item < TASK_BYTES || first + elements === total) continue;
    yield { boxes, first, last: false };
    first += elements;
    boxes = [];
    elements = 0;
  }
  yield { boxes, first, last: true };
}
