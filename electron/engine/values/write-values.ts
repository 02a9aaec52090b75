import { closeSync, fsyncSync, openSync } from 'node:fs';
import { type Box, volume } from '../../../shared/layout/box.ts';
import { csvLines } from '../../../shared/values/csv.ts';
import { itemBytes } from '../../../shared/values/elements.ts';
import { jsonValues } from '../../../shared/values/json-values.ts';
import { npyBytes, npyHeader } from '../../../shared/values/npy.ts';
import { tilesOfBox } from '../../../shared/values/tiles.ts';
import { Control } from '../control.ts';
import { writeError } from '../errno.ts';
import { writeFully } from '../transfer.ts';
import { BoxReader } from './box-reader.ts';
import type { TensorSource } from './tensor-source.ts';

/** Writes values into a new file and flushes it; gives its length. */
export interface WriteValuesTask {
  readonly type: 'write-values';
  readonly source: TensorSource;
  readonly box: Box;
  /** Shape to write. */
  readonly shape: readonly number[];
  readonly format: 'npy' | 'csv';
  readonly path: string;
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

const CHUNK_BYTES = 1_048_576;

/** Runs on a worker thread. */
export function writeValues(task: WriteValuesTask): number {
  const { source, box, shape, format, path } = task;
  const work = new Control(task.control);
  const reader = new BoxReader(source);
  const fd = create(path);
  let length = 0;
  const write = (bytes: Uint8Array) => {
    const transfer = { file: 0, tensor: '', offset: length, length: bytes.length, at: 0 };
    writeFully(fd, path, bytes, transfer);
    length += bytes.length;
  };
  try {
    if (format === 'npy') write(npyHeader(source.dtype, shape));
    // A line of a CSV is one run of the last axis; tiles hold whole lines or a part of one.
    const columns = shape.at(-1) ?? 1;
    let inLine = 0;
    for (const tile of tilesOfBox(box, CHUNK_BYTES / itemBytes(source.dtype))) {
      work.check();
      const bytes = reader.read(tile);
      if (format === 'npy') write(npyBytes(source.dtype, bytes));
      else {
        const text = [...csvLines(jsonValues(source.dtype, bytes), columns)].join('');
        inLine += volume(tile.extent);
        const whole = inLine % columns === 0;
        write(new TextEncoder().encode(whole ? text : `${text.slice(0, -1)},`));
      }
      work.add(bytes.length);
    }
    sync(fd, path);
  } finally {
    reader.close();
    closeSync(fd);
  }
  return length;
}

function create(path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    throw writeError(error, path);
  }
}

function sync(fd: number, path: string): void {
  try {
    fsyncSync(fd);
  } catch (error) {
    throw writeError(error, path);
  }
}
