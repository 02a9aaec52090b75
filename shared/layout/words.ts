import type { Dim } from '../checkpoint.ts';
import type { Layout, Strategy } from '../strategy/strategy.ts';
import { capital } from '../text/capital.ts';
import { rankList } from '../text/ranks.ts';
import { t } from '../text/t.ts';
import { formatCount } from '../text/units.ts';
import { type AxisNames, axisNames, strategyAxisNames } from './axis-names.ts';
import { type Box, volume } from './box.ts';
import { devicesOf, sliceCounts, tensorMapText } from './layout.ts';
import { commonMatrix } from './parallel.ts';

/**
 * A strategy in a few words: "dp 2 × mp 4", "dp 4 × mp 2, optimizer sharding 2, 2 stages". From the device matrix
 * that most parameters have; axes are named by their use (`axis-names.ts`), those of size 1 left out.
 */
export function strategyWords(strategy: Strategy): string {
  const shards = new Set<number>();
  for (const stage of strategy.stages) {
    for (const layout of stage.values()) {
      const shard = readCuts(layout, layout.tensorMap.length).shard;
      if (shard > 1) shards.add(shard);
    }
  }
  const deviceMatrix = commonMatrix(strategy);
  if (!deviceMatrix) return t('no layouts');
  const names = strategyAxisNames(strategy)(deviceMatrix);
  const axes = deviceMatrix.flatMap((n, axis) => (n === 1 ? [] : [axisWords(names, axis, n)]));
  const words = [axes.length === 0 ? t('one device') : axes.join(' × ')];
  const [shard] = shards;
  if (shard !== undefined)
    words.push(
      shards.size === 1 ? t('optimizer sharding {{number}}', { number: shard }) : t('optimizer sharding'),
    );
  if (strategy.stages.length > 1) words.push(t('{{count}} stages', { count: strategy.stages.length }));
  return words.join(t(', '));
}

/**
 * How a layout cuts a tensor: "rows cut in 4 along mp", "columns cut in 4 along mp", "dimension 2 cut in 2 along
 * axis 0", "whole"; with optimizer sharding also ", each cut again in 2 along dp by optimizer sharding".
 *
 * @param shape of the whole tensor
 * @param names from all layouts of the strategy; from this layout alone when absent
 */
export function cutWords(
  layout: Layout,
  shape: readonly Dim[],
  names: AxisNames = axisNames([layout]),
): string {
  const dimensions = shape.length;
  if (layout.tensorMap.length !== dimensions)
    return t('the layout has {{number}} dimensions, the tensor {{dimension}}', {
      number: layout.tensorMap.length,
      dimension: dimensions,
    });
  const { cuts, shard, shardAxes } = readCuts(layout, dimensions);
  const axes = names(layout.deviceMatrix);
  const along = (numbers: readonly number[]) => and(numbers.map((axis) => axes[axis] ?? ''));
  const words = cuts.map(({ dimension, parts, axes: cutting }, i) => {
    const cut = { what: plural(dimension, dimensions), parts, axes: along(cutting) };
    return i === 0
      ? t('{{what}} cut in {{parts}} along {{axes}}', cut)
      : t('{{what}} in {{parts}} along {{axes}}', cut);
  });
  if (shard > 1) {
    const cut = { what: plural(0, dimensions), parts: shard, axes: along(shardAxes) };
    if (words.length === 0)
      words.push(t('{{what}} cut in {{parts}} along {{axes}} by optimizer sharding', cut));
    else if (cuts[0]?.dimension === 0)
      words.push(t('each cut again in {{parts}} along {{axes}} by optimizer sharding', cut));
    else words.push(t('the {{what}} of each in {{parts}} along {{axes}} by optimizer sharding', cut));
  }
  return words.length === 0 ? t('whole') : words.join(t(', '));
}

/**
 * What a layout makes of a tensor, whatever its shape: `cutWords`, then where the copies are. "rows cut in 4 along mp,
 * copies along dp", "whole on every rank".
 */
export function meaningWords(layout: Layout, names: AxisNames = axisNames([layout])): string {
  const dimensions = layout.tensorMap.length;
  const parts = sliceCounts(layout, dimensions);
  const slices = volume(parts);
  const copies = devicesOf(layout) / slices;
  if (slices === 1) return copies === 1 ? t('whole') : t('whole on every rank');
  const cut = cutWords(layout, parts, names);
  if (copies === 1) return cut;
  const { replicaAxes } = readCuts(layout, dimensions);
  const axes = names(layout.deviceMatrix);
  return t('{{cut}}, copies along {{axes}}', { cut, axes: and(replicaAxes.map((axis) => axes[axis] ?? '')) });
}

/**
 * Which part ranks hold, and why: "Rank 1 holds all 3,584 rows and columns 4736–9471, because the tensor map
 * [-1, 0] cuts dimension 1 along axis mp of the device matrix [dp 2, mp 4]." Ranges include both ends.
 *
 * @param ranks of one stage that hold this same box
 */
export function rankSentence(
  ranks: readonly number[],
  box: Box,
  shape: readonly number[],
  layout: Layout,
  names: AxisNames = axisNames([layout]),
): string {
  return t('{{holding}}, because {{reason}}.', {
    holding: holdingWords(ranks, boxWords(box, shape)),
    reason: becauseWords(layout, names),
  });
}

/** "the tensor map [-1, 0] cuts dimension 1 along axis mp of the device matrix [dp 2, mp 4]". */
export function becauseWords(layout: Layout, names: AxisNames = axisNames([layout])): string {
  const { cuts, shard, shardAxes } = readCuts(layout, layout.tensorMap.length);
  const { deviceMatrix } = layout;
  const axes = names(deviceMatrix);
  const along = (numbers: readonly number[]) => {
    const list = numbers.map((axis) => axes[axis] ?? '');
    if (list.some((name) => name.startsWith('axis'))) return and(list);
    return list.length > 1
      ? t('axes {{axes}}', { axes: and(list) })
      : t('axis {{axes}}', { axes: and(list) });
  };
  const matrix = deviceMatrix.map((n, axis) => (n === 1 ? '1' : axisWords(axes, axis, n))).join(', ');
  const cut = and(
    cuts.map((one) =>
      t('dimension {{dimension}} along {{axes}}', { dimension: one.dimension, axes: along(one.axes) }),
    ),
  );
  const reason = t('the tensor map {{map}} cuts {{cut}} of the device matrix [{{matrix}}]', {
    map: tensorMapText(layout),
    cut: cut || t('no dimension'),
    matrix,
  });
  if (shard === 1) return reason;
  const sharding = { reason, parts: shard, axes: along(shardAxes) };
  return cuts[0]?.dimension === 0
    ? t('{{reason}}, and optimizer sharding cuts dimension 0 again in {{parts}} along {{axes}}', sharding)
    : t('{{reason}}, and optimizer sharding cuts dimension 0 in {{parts}} along {{axes}}', sharding);
}

/** "Rank 1 holds all rows", "Ranks 1 and 5 hold all rows". */
export function holdingWords(ranks: readonly number[], held: string): string {
  const who = capital(rankList(ranks));
  return ranks.length === 1
    ? t('{{who}} holds {{held}}', { who, held })
    : t('{{who}} hold {{held}}', { who, held });
}

/**
 * A rank's part where only the layout is known: "part 2 of 4 of the rows and all columns", "the whole tensor".
 *
 * @param part which part of each dimension, from 0
 * @param parts in how many equal parts each dimension is cut
 */
export function partWords(part: readonly number[], parts: readonly number[]): string {
  if (parts.every((count) => count === 1)) return t('the whole tensor');
  return and(
    parts.map((count, d) => {
      const what = plural(d, parts.length);
      const cut = { what, part: (part[d] ?? 0) + 1, parts: count };
      if (parts.length > 2)
        return count > 1 ? t('part {{part}} of {{parts}} of {{what}}', cut) : t('all of {{what}}', { what });
      return count > 1 ? t('part {{part}} of {{parts}} of the {{what}}', cut) : t('all {{what}}', { what });
    }),
  );
}

/** A box in words: "the whole tensor", "all 3,584 rows and columns 4736–9471", "0–3 of dimension 1". */
export function boxWords(box: Box, shape: readonly number[]): string {
  if (shape.every((n, d) => box.extent[d] === n)) return t('the whole tensor');
  return and(shape.map((_, d) => rangeWords(box, shape, d)));
}

/** The same of the dimensions that are cut: "columns 4736–9471". */
export function cutBoxWords(box: Box, shape: readonly number[]): string {
  const cut = [...shape.keys()].filter((d) => box.extent[d] !== shape[d]);
  return and(cut.map((d) => rangeWords(box, shape, d)));
}

function rangeWords(box: Box, shape: readonly number[], d: number): string {
  const n = shape[d] ?? 0;
  const from = box.start[d] ?? 0;
  const length = box.extent[d] ?? 0;
  const whole = length === n;
  const range = length === 1 ? `${from}` : `${from}–${from + length - 1}`;
  if (shape.length > 2) {
    if (length === 0) return t('none of dimension {{dimension}}', { dimension: d });
    if (whole)
      return t('all {{number}} of dimension {{dimension}}', { number: formatCount(n), dimension: d });
    return length === 1
      ? t('index {{number}} of dimension {{dimension}}', { number: from, dimension: d })
      : t('{{number}} of dimension {{dimension}}', { number: range, dimension: d });
  }
  const noun = plural(d, shape.length);
  if (length === 0) return t('no {{what}}', { what: noun });
  if (whole)
    return n === 1
      ? t('the only {{what}}', { what: singular(d, shape.length) })
      : t('all {{number}} {{what}}', { number: formatCount(n), what: noun });
  return t('{{what}} {{range}}', { what: length === 1 ? singular(d, shape.length) : noun, range });
}

interface Cuts {
  /** Dimensions that the tensor map cuts, with the axes (from the front of the device matrix) that do it. */
  readonly cuts: readonly {
    readonly dimension: number;
    readonly parts: number;
    readonly axes: readonly number[];
  }[];
  /** Parts that optimizer sharding cuts dimension 0 in, again; 1 when it is off. */
  readonly shard: number;
  /** Axes that optimizer sharding goes along, of those that cut nothing. */
  readonly shardAxes: readonly number[];
  /** Axes along which ranks hold the same part; optimizer sharding may leave copies along its last axes, too. */
  readonly replicaAxes: readonly number[];
}

function readCuts({ deviceMatrix, tensorMap, ...rest }: Layout, dimensions: number): Cuts {
  const sizeOf = (axis: number) => deviceMatrix[axis] ?? 1;
  const cuts = tensorMap.flatMap((entries, dimension) => {
    const axes = entries
      .filter((k) => k >= 0)
      .map((k) => deviceMatrix.length - 1 - k)
      .filter((axis) => sizeOf(axis) > 1);
    const parts = axes.reduce((product, axis) => product * sizeOf(axis), 1);
    return parts > 1 ? [{ dimension, parts, axes }] : [];
  });
  const used = new Set(cuts.flatMap(({ axes }) => axes));
  const counts = sliceCounts({ deviceMatrix, tensorMap, ...rest }, dimensions);
  const byMap = cuts[0]?.dimension === 0 ? cuts[0].parts : 1;
  const shard = (counts[0] ?? 1) / byMap;
  // A rank holds part q mod shard, q counting its replicas with the last axis fastest: the slow axes have no say.
  const free = [...deviceMatrix.keys()].filter((axis) => sizeOf(axis) > 1 && !used.has(axis));
  const shardAxes: number[] = [];
  for (let reach = 1; reach % shard !== 0 && free.length > 0; ) {
    const axis = free.pop() ?? 0;
    shardAxes.unshift(axis);
    reach *= sizeOf(axis);
  }
  const sharded = shardAxes.reduce((product, axis) => product * sizeOf(axis), 1);
  const replicaAxes = sharded > shard ? [...free, ...shardAxes] : free;
  return { cuts, shard, shardAxes, replicaAxes };
}

/** "mp 4"; "axis 0: 2" where the axis has only its number. */
function axisWords(names: readonly string[], axis: number, size: number): string {
  const name = names[axis] ?? `axis ${axis}`;
  return name.startsWith('axis') ? `${name}: ${size}` : `${name} ${size}`;
}

function plural(dimension: number, dimensions: number): string {
  if (dimensions === 1) return t('elements');
  if (dimensions === 2) return dimension === 0 ? t('rows') : t('columns');
  return t('dimension {{dimension}}', { dimension });
}

/** Of at most two dimensions. */
function singular(dimension: number, dimensions: number): string {
  if (dimensions === 1) return t('element');
  return dimension === 0 ? t('row') : t('column');
}

function and(parts: readonly string[]): string {
  const [first = ''] = parts;
  if (parts.length < 2) return first;
  return t('{{list}} and {{last}}', { list: parts.slice(0, -1).join(t(', ')), last: parts.at(-1) ?? '' });
}
