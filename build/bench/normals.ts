import { open } from 'node:fs/promises';
import { serializeHeader } from '../../shared/safetensors/serialize.ts';

/** Rows of 8,192 that are 2 GiB of F32. */
const ROWS = 65_536;
const ROW_BYTES = 8192 * 4;
export const NORMALS_BYTES = ROWS * ROW_BYTES;

/**
 * A safetensors file with one tensor, `values`: normally distributed as weights are, the same 32 MiB again and
 * again. Returns where the data begins.
 */
export async function writeNormals(path: string, rows = ROWS): Promise<number> {
  const block = Float32Array.from({ length: 8_388_608 }, normal);
  const { bytes, size } = serializeHeader(
    [{ name: 'values', dtype: 'F32', shape: [rows, 8192], byteLength: rows * ROW_BYTES }],
    new Map(),
  );
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    for (let at = bytes.length; at < size; at += block.byteLength)
      await file.writeFile(new Uint8Array(block.buffer));
    await file.truncate(size);
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes.length;
}

/** Box and Muller's. */
function normal(): number {
  return 0.02 * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
