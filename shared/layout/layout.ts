import { refuse } from '../errors.ts';
import type { Layout } from '../strategy/strategy.ts';
import { escapeText } from '../text/escape.ts';
import type { Box } from './box.ts';

/** Most devices in a stage: MindSpore counts them in a signed 32-bit integer. */
const MAX_DEVICES = 2 ** 31;

/** Most ranks to list boxes for at once: 8 MiB of references, eight times the largest clusters. */
const MAX_LISTED_RANKS = 2 ** 20;

/** Devices (ranks) of one pipeline stage: the product of the device matrix. */
export function devicesOf(layout: Layout): number {
  return layout.deviceMatrix.reduce((product, n) => product * n, 1);
}

/** Layouts with equal keys cut every tensor in the same way. */
export function layoutKey(layout: Layout): string {
  const cuts = layout.tensorMap.map((axes) => axes.join('.')).join(',');
  return `${layout.deviceMatrix.join('x')}|${cuts}|${layout.optShardStep},${layout.optShardSize}`;
}

/** The tensor map as MindSpore writes it: `[0, -1]`, or `[[1, 0], -1]` where axes share a dimension. */
export function tensorMapText(layout: Layout): string {
  const entries = layout.tensorMap.map((axes) => (axes.length === 1 ? `${axes[0]}` : `[${axes.join(', ')}]`));
  return `[${entries.join(', ')}]`;
}

/**
 * Refuses a layout that means nothing: SG_LAYOUT names the parameter and the numbers; SG_SHAPE when
 * `dimensions`, the tensor's number of dimensions, is given and the tensor map has another. Every other
 * function here takes layouts that passed.
 */
export function checkLayout(parameter: string, layout: Layout, dimensions?: number): void {
  const { deviceMatrix, tensorMap, optShardStep: step, optShardSize: size } = layout;
  const matrix = `device matrix [${deviceMatrix.join(', ')}]`;
  const refuseLayout = (what: string, expected: string, found: string): never =>
    refuse(
      'SG_LAYOUT',
      `the layout of '${escapeText(parameter)}' cannot be used: ${what}`,
      'The strategy file is damaged or was edited: take the one that the training run wrote.',
      { tensor: parameter, expected, found },
    );

  if (deviceMatrix.length === 0) refuseLayout('its device matrix is empty', 'one or more sizes', 'none');
  for (const n of deviceMatrix)
    if (!Number.isSafeInteger(n) || n < 1) refuseLayout(`${matrix} has the size ${n}`, '1 or more', `${n}`);
  const devices = devicesOf(layout);
  if (devices > MAX_DEVICES)
    refuseLayout(`${matrix} comes to ${devices} devices`, `at most ${MAX_DEVICES}`, `${devices}`);

  const used = new Set<number>();
  for (const k of tensorMap.flat()) {
    const map = `tensor map ${tensorMapText(layout)}`;
    const last = deviceMatrix.length - 1;
    if (!Number.isSafeInteger(k) || k < -1 || k > last)
      refuseLayout(`${map} names axis ${k} of ${matrix}`, `-1 to ${last}`, `${k}`);
    if (used.has(k)) refuseLayout(`${map} uses axis ${k} twice`, 'each axis once', `axis ${k} twice`);
    if (k !== -1) used.add(k);
  }

  if (!Number.isSafeInteger(step) || step < 0 || (step > 0 && devices % step !== 0))
    refuseLayout(
      `its optimizer sharding step ${step} does not divide ${devices} devices`,
      `0 or a divisor of ${devices}`,
      `${step}`,
    );
  if (!Number.isSafeInteger(size) || size < -1)
    refuseLayout(`its optimizer sharding size is ${size}`, '-1 or more', `${size}`);
  const replicas = productOf(deviceMatrix, replicaAxes(layout));
  if (step > 0 && size > 0 && replicas % size !== 0)
    refuseLayout(
      `its optimizer sharding size ${size} does not divide the ${replicas} replicas of ${matrix}`,
      `a divisor of ${replicas}`,
      `${size}`,
    );
  if (dimensions !== undefined) checkDimensions(parameter, layout, dimensions);
}

/**
 * In how many equal parts each dimension is cut, optimizer sharding included in dimension 0 (formats: a rank's
 * slice has `shape[d] / counts[d]` elements along d). `dimensions` is the tensor's number of dimensions.
 */
export function sliceCounts(layout: Layout, dimensions: number): number[] {
  const counts = Array.from({ length: dimensions }, (_, d) =>
    productOf(layout.deviceMatrix, axesOf(layout, d)),
  );
  if (counts[0] !== undefined) counts[0] *= optimizerParts(layout);
  return counts;
}

/**
 * The full tensor's shape, where the layout itself says it: strategies that are written for inference, as MindSpore's
 * tutorial on weight sharding does it, have the shape of a rank's slice in `param_split_shape`. A split by hand has one
 * entry for each part there, and the offsets of the parts.
 */
export function statedShape(layout: Layout): number[] | undefined {
  const { paramSplitShape: slice, indicesOffset, field, tensorMap } = layout;
  if (slice.length === 0 || slice.length !== tensorMap.length) return undefined;
  if (field !== 0 || indicesOffset.length > 0 || slice.some((n) => n < 1)) return undefined;
  return fullShapeOf(layout, slice);
}

/** The full tensor's shape, from the shape of any rank's slice. */
export function fullShapeOf(layout: Layout, sliceShape: readonly number[]): number[] {
  const counts = sliceCounts(layout, sliceShape.length);
  return sliceShape.map((n, d) => n * (counts[d] ?? 1));
}

/**
 * The box of the full tensor that a rank holds; `localRank` is the rank modulo the devices of a stage.
 * SG_SHAPE when a dimension is not divisible by its parts or the tensor map has another length.
 *
 * The rule, checked against MindSpore 2.10.0: the rank's coordinates in the device matrix are row-major; entry
 * k of the tensor map is the axis `length - 1 - k`, several axes of one dimension go from slow to fast;
 * optimizer sharding cuts dimension 0 again, by the rank's number among its replicas modulo the size.
 */
export function boxOfRank(
  parameter: string,
  layout: Layout,
  fullShape: readonly number[],
  localRank: number,
): Box {
  const cut = cutOf(parameter, layout, fullShape);
  return boxAt(cut, partsOfRank(cut, localRank));
}

/**
 * `boxOfRank` for all local ranks of a stage, in rank order. Ranks with the same box share one object, so
 * replicas can be told by identity. One walk over the ranks: 1,024 of them take well below a millisecond.
 */
export function boxesOf(parameter: string, layout: Layout, fullShape: readonly number[]): Box[] {
  const devices = devicesOf(layout);
  if (devices > MAX_LISTED_RANKS)
    refuse(
      'SG_DEVICES',
      `the strategy lays '${escapeText(parameter)}' out over ${devices} devices, more than the ${MAX_LISTED_RANKS} that can be listed`,
      'Check the device matrix in the strategy file.',
      { tensor: parameter, expected: `at most ${MAX_LISTED_RANKS}`, found: `${devices}` },
    );
  const cut = cutOf(parameter, layout, fullShape);
  const boxes = new Map<number, Box>();
  return Array.from({ length: devices }, (_, rank) => {
    const parts = partsOfRank(cut, rank);
    const index = parts.reduce((flat, part, d) => flat * (cut.counts[d] ?? 1) + part, 0);
    const box = boxes.get(index) ?? boxAt(cut, parts);
    boxes.set(index, box);
    return box;
  });
}

/** How a tensor is cut: parts and elements of a part per dimension, and the device axes that number the parts. */
interface Cut {
  readonly counts: readonly number[];
  readonly extent: readonly number[];
  readonly axes: readonly (readonly Axis[])[];
  readonly replicas: readonly Axis[];
  readonly optimizerParts: number;
}

/** One axis of the device matrix: a rank's coordinate on it is `floor(rank / stride) % size`. */
interface Axis {
  readonly size: number;
  readonly stride: number;
}

function cutOf(parameter: string, layout: Layout, fullShape: readonly number[]): Cut {
  checkDimensions(parameter, layout, fullShape.length);
  const counts = sliceCounts(layout, fullShape.length);
  const extent = fullShape.map((n, d) => {
    const parts = counts[d] ?? 1;
    if (n % parts !== 0)
      refuse(
        'SG_SHAPE',
        `'${escapeText(parameter)}' cannot be cut: dimension ${d} has ${n} elements, the strategy cuts it in ${parts} equal parts`,
        'Check that the strategy belongs to this checkpoint.',
        { tensor: parameter, expected: `a multiple of ${parts}`, found: `${n}` },
      );
    return n / parts;
  });
  const { deviceMatrix } = layout;
  const axis = (a: number): Axis => ({
    size: deviceMatrix[a] ?? 1,
    stride: deviceMatrix.slice(a + 1).reduce((product, n) => product * n, 1),
  });
  return {
    counts,
    extent,
    axes: fullShape.map((_, d) => axesOf(layout, d).map(axis)),
    replicas: replicaAxes(layout).map(axis),
    optimizerParts: optimizerParts(layout),
  };
}

/** Which part of each dimension a rank holds. */
function partsOfRank(cut: Cut, rank: number): number[] {
  const parts = cut.axes.map((axes) => coordinate(axes, rank));
  if (parts[0] !== undefined && cut.optimizerParts > 1)
    parts[0] = parts[0] * cut.optimizerParts + (coordinate(cut.replicas, rank) % cut.optimizerParts);
  return parts;
}

/** The rank's row-major coordinate over the axes, the first varying slowest. */
function coordinate(axes: readonly Axis[], rank: number): number {
  let at = 0;
  for (const { size, stride } of axes) at = at * size + (Math.floor(rank / stride) % size);
  return at;
}

function boxAt(cut: Cut, parts: readonly number[]): Box {
  return { start: cut.extent.map((n, d) => n * (parts[d] ?? 0)), extent: cut.extent };
}

/** Axes that cut a dimension, as indices into the device matrix, slowest first. */
function axesOf(layout: Layout, dimension: number): number[] {
  const last = layout.deviceMatrix.length - 1;
  return (layout.tensorMap[dimension] ?? []).filter((k) => k !== -1).map((k) => last - k);
}

/** Axes that cut no dimension: ranks that differ only in these hold the same box, but for optimizer sharding. */
function replicaAxes(layout: Layout): number[] {
  const used = new Set(layout.tensorMap.flatMap((_, dimension) => axesOf(layout, dimension)));
  return [...layout.deviceMatrix.keys()].filter((axis) => !used.has(axis));
}

function productOf(deviceMatrix: readonly number[], axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * (deviceMatrix[axis] ?? 1), 1);
}

/** In how many parts optimizer sharding cuts dimension 0 again; 1 when it is off. */
function optimizerParts(layout: Layout): number {
  if (layout.optShardStep === 0 || layout.optShardSize === 0) return 1;
  return layout.optShardSize === -1
    ? productOf(layout.deviceMatrix, replicaAxes(layout))
    : layout.optShardSize;
}

function checkDimensions(parameter: string, layout: Layout, dimensions: number): void {
  const mapped = layout.tensorMap.length;
  if (mapped === dimensions) return;
  refuse(
    'SG_SHAPE',
    `the strategy maps ${mapped} dimensions of '${escapeText(parameter)}' (tensor map ${tensorMapText(layout)}), the tensor has ${dimensions}`,
    'Check that the strategy belongs to this checkpoint.',
    { tensor: parameter, expected: `${mapped} dimensions`, found: `${dimensions} dimensions` },
  );
}
