import { closeSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { bitsOf, DTYPE_NAMES, type Dtype } from '../../shared/dtype.ts';
import { type Box, volume } from '../../shared/layout/box.ts';
import type { Extent, Piece } from '../../shared/plan/piece.ts';
import type { Move, OutputFile, Plan, SourceFile } from '../../shared/plan/plan.ts';
import { openRegular } from './identity.ts';

/**
 * For tests: plans with any boxes over files with random bytes, and what their output must be, found element by
 * element and not by runs. A packed dtype counts as groups of four elements, which are whole bytes.
 */
export interface SampleTensor {
  readonly dtype: Dtype;
  /** In groups for packed dtypes. */
  readonly shape: readonly number[];
  /** Where sources and outputs are cut, per dimension, ascending and strictly inside the shape. */
  readonly sourceCuts: readonly (readonly number[])[];
  readonly outputCuts: readonly (readonly number[])[];
  /** How many outputs get each box. */
  readonly copies: number;
  /** Split sources over several extents at each so many bytes; 0 for one run. */
  readonly extentBytes: number;
  /** Leaves out output boxes whose number has this remainder modulo 3. */
  readonly leftOut: number;
}

export interface Sample {
  readonly plan: Plan;
  /** Expected bytes of each output file. */
  readonly expected: readonly Uint8Array[];
}

const cuts = (shape: readonly number[]) =>
  fc.tuple(
    ...shape.map((n) =>
      n < 2 ? fc.constant([]) : fc.uniqueArray(fc.integer({ min: 1, max: n - 1 }), { maxLength: 3 }),
    ),
  );

export const sampleTensor: fc.Arbitrary<SampleTensor> = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constant(0)), { maxLength: 4 })
  .chain((shape) =>
    fc.record({
      dtype: fc.constantFrom(...DTYPE_NAMES),
      shape: fc.constant(shape),
      sourceCuts: cuts(shape),
      outputCuts: cuts(shape),
      copies: fc.integer({ min: 1, max: 3 }),
      extentBytes: fc.constantFrom(0, 0, 1, 7, 64),
      leftOut: fc.constantFrom(0, 1, 2, 3, 3, 3),
    }),
  );

function groupOf(dtype: Dtype): number {
  return bitsOf(dtype) < 8 ? 4 : 1;
}

function unitBytes(dtype: Dtype): number {
  return (bitsOf(dtype) * groupOf(dtype)) / 8;
}

/** All boxes of a grid, in row-major order. */
export function gridOf(shape: readonly number[], cutsPerDimension: readonly (readonly number[])[]): Box[] {
  let boxes: Box[] = [{ start: [], extent: [] }];
  shape.forEach((n, d) => {
    const edges = [0, ...[...(cutsPerDimension[d] ?? [])].sort((a, b) => a - b), n];
    boxes = boxes.flatMap(({ start, extent }) =>
      edges.slice(1).map((end, i) => ({
        start: [...start, edges[i] ?? 0],
        extent: [...extent, end - (edges[i] ?? 0)],
      })),
    );
  });
  return boxes;
}

/** Bytes of a box of a row-major tensor, one element after the other. */
function bytesOfBox(data: Uint8Array, shape: readonly number[], box: Box, unit: number): Uint8Array {
  const bytes = new Uint8Array(volume(box.extent) * unit);
  const index = box.extent.map(() => 0);
  for (let at = 0; at < bytes.length; at += unit) {
    let element = 0;
    for (let d = 0; d < shape.length; d++)
      element = element * (shape[d] ?? 0) + (box.start[d] ?? 0) + (index[d] ?? 0);
    bytes.set(data.subarray(element * unit, (element + 1) * unit), at);
    for (let d = index.length - 1; d >= 0; d--) {
      index[d] = (index[d] ?? 0) + 1;
      if ((index[d] ?? 0) < (box.extent[d] ?? 0)) break;
      index[d] = 0;
    }
  }
  return bytes;
}

/** A file being put together. */
class Growing {
  readonly parts: Uint8Array[] = [];
  size = 0;

  append(bytes: Uint8Array): number {
    this.parts.push(bytes);
    this.size += bytes.length;
    return this.size - bytes.length;
  }
}

/** Writes sources for the tensors into `folder` and plans all output boxes over `outputCount` files. */
export function makeSample(
  folder: string,
  tensors: readonly SampleTensor[],
  sourceCount = 3,
  outputCount = 2,
  random: (length: number) => Uint8Array = pseudoRandom(1),
): Sample {
  const sources = Array.from({ length: sourceCount }, () => new Growing());
  const outputs = Array.from({ length: outputCount }, () => new Growing());
  for (const output of outputs) output.append(random(24));
  const moves = tensors.map((tensor, t): Move => {
    const data = random(volume(tensor.shape) * unitBytes(tensor.dtype));
    const from = gridOf(tensor.shape, tensor.sourceCuts).map((box, i) => {
      const file = (t + i) % sourceCount;
      return pieceOf(`tensor.${t}`, tensor, box, file, putSource(sources[file], data, tensor, box, random));
    });
    const to: Piece[] = [];
    gridOf(tensor.shape, tensor.outputCuts).forEach((box, i) => {
      if (i % 3 === tensor.leftOut) return;
      for (let copy = 0; copy < tensor.copies; copy++) {
        const file = (t + i + copy) % outputCount;
        const bytes = bytesOfBox(data, tensor.shape, box, unitBytes(tensor.dtype));
        to.push(pieceOf(`tensor.${t}`, tensor, box, file, { offset: outputs[file]?.append(bytes) ?? 0 }));
      }
    });
    return { from, to };
  });
  const expected = outputs.map(({ parts }) => Buffer.concat(parts));
  return {
    plan: {
      job: 'reshard',
      sources: sources.map(({ parts }, i) =>
        writeSource(join(folder, `source-${i}.bin`), Buffer.concat(parts)),
      ),
      outputs: expected.map(
        (bytes, i): OutputFile => ({
          path: `rank_${i}/net.safetensors`,
          literals: [{ offset: 0, bytes: bytes.subarray(0, 24) }],
          size: bytes.length,
          tensorCount: tensors.length,
        }),
      ),
      texts: [{ path: 'model.safetensors.index.json', text: '{"weight_map":{}}' }],
      moves,
      warnings: [],
    },
    expected,
  };
}

export function writeSource(path: string, bytes: Uint8Array): SourceFile {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const { fd, size, identity } = openRegular(path);
  closeSync(fd);
  return { path, size, identity };
}

function putSource(
  file: Growing | undefined,
  data: Uint8Array,
  tensor: SampleTensor,
  box: Box,
  random: (length: number) => Uint8Array,
): { offset: number; extents?: Extent[] } {
  const bytes = bytesOfBox(data, tensor.shape, box, unitBytes(tensor.dtype));
  if (file === undefined) return { offset: 0 };
  if (tensor.extentBytes === 0) return { offset: file.append(bytes) };
  const extents: Extent[] = [];
  for (let at = 0; at < bytes.length; at += tensor.extentBytes) {
    file.append(random(5));
    const part = bytes.subarray(at, at + tensor.extentBytes);
    extents.push({ offset: file.append(part), length: part.length });
  }
  return { offset: extents[0]?.offset ?? file.size, extents };
}

function pieceOf(
  tensor: string,
  { dtype, shape }: SampleTensor,
  box: Box,
  file: number,
  place: { offset: number; extents?: Extent[] },
): Piece {
  // The last dimension of a packed dtype is in groups of four; a packed scalar becomes one group.
  const scale = (values: readonly number[]) =>
    groupOf(dtype) === 1 ? values : [...values.slice(0, -1), (values.at(-1) ?? 1) * groupOf(dtype)];
  const start = groupOf(dtype) > 1 && shape.length === 0 ? [0] : scale(box.start);
  return {
    tensor,
    dtype,
    shape: scale(shape),
    box: { start, extent: scale(box.extent) },
    file,
    byteLength: volume(box.extent) * unitBytes(dtype),
    ...place,
  };
}

/** A small generator (xorshift), so that a failing sample is the same again. */
export function pseudoRandom(seed: number): (length: number) => Uint8Array {
  let state = seed | 1;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = state;
    }
    return bytes;
  };
}
