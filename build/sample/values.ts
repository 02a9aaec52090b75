import { itemSize, type Parameter } from './llama.ts';

/** A generator of equally distributed 32-bit numbers (xorshift32): the same seed gives the same sample. */
function xorshift(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Little-endian bytes of a parameter's values: normal by the sum of four uniforms, which is close enough. */
export function normalBytes(parameter: Parameter, seed: number): Uint8Array {
  const count = parameter.shape.reduce((product, n) => product * n, 1);
  const next = xorshift(seed);
  const values = new Float32Array(count);
  // Four uniforms on [-½, ½) have the variance 4/12.
  const scale = parameter.deviation * Math.sqrt(3);
  for (let i = 0; i < count; i++) {
    const sum = (next() + next() + next() + next()) / 2 ** 32 - 2;
    values[i] = parameter.mean + sum * scale;
  }
  return itemSize(parameter) === 4 ? new Uint8Array(values.buffer) : bfloat16(values);
}

/** BF16 is the upper half of an F32, rounded to the nearest. */
function bfloat16(values: Float32Array): Uint8Array {
  const bits = new Uint32Array(values.buffer);
  const halves = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) halves[i] = ((bits[i] ?? 0) + 0x8000) >>> 16;
  return new Uint8Array(halves.buffer);
}

/** The bytes of a box of a row-major tensor of one or two dimensions. */
export function sliceBytes(
  whole: Uint8Array,
  itemBytes: number,
  shape: readonly number[],
  start: readonly number[],
  extent: readonly number[],
): Uint8Array {
  const columns = shape[1] ?? 1;
  const [firstRow = 0, firstColumn = 0] = start;
  const [rows = 1, width = 1] = extent;
  const rowBytes = width * itemBytes;
  if (width === columns) {
    const from = firstRow * rowBytes;
    return whole.subarray(from, from + rows * rowBytes);
  }
  const slice = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = ((firstRow + row) * columns + firstColumn) * itemBytes;
    slice.set(whole.subarray(from, from + rowBytes), row * rowBytes);
  }
  return slice;
}
