import { open } from 'node:fs/promises';
import { serializeHeader } from '../../shared/safetensors/serialize.ts';

/** 2 GiB of F32. */
const SHAPE = [65_536, 8192] as const;
export const NORMALS_BYTES = SHAPE[0] * SHAPE[1] * 4;

/**
 * A safetensors file with one tensor, `values`: normally distributed as weights are, the same 32 MiB again and
 * again. Returns where the data begins.
 */
export async function writeNormals(path: string): Promise<number> {
  const block = Float32Array.from({ length: 8_388_608 }, normal);
  const { bytes, size } = serializeHeader(
    [{ name: 'values', dtype: 'F32', shape: SHAPE, byteLength: NORMALS_BYTES }],
    new Map(),
  );
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    for (let at = bytes.length; at < size; at += block.byteLength)
      await file.writeFile(new Uint8Array(block.buffer));
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
