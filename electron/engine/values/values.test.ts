import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../../shared/api.ts';
import type { EngineEvent } from '../../../shared/calls.ts';
import { DTYPE_NAMES } from '../../../shared/dtype.ts';
import { asFault } from '../../../shared/errors.ts';
import { serializeHeader } from '../../../shared/safetensors/serialize.ts';
import { parseSlice } from '../../../shared/values/slice.ts';
import { QUANTILES } from '../../../shared/values/statistics.ts';
import { engineAndFolder } from '../sample-engine.ts';
import { GOLDEN, writeGolden } from './golden.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { engine, folder: scratch, call } = engineAndFolder();

async function refusal(run: Promise<unknown>) {
  return run.then(
    () => undefined,
    (error: unknown) => asFault(error),
  );
}

const golden = join(scratch, 'golden.safetensors');
let checkpoint = '';
let ranks = '';
let complete = '';
beforeAll(async () => {
  writeGolden(golden);
  checkpoint = (await call('checkpoint.open', { path: golden })).id;
  cpSync(join(FIXTURES, 'dp2_mp4'), join(scratch, 'dp2_mp4'), { recursive: true });
  ranks = (await call('checkpoint.open', { path: join(scratch, 'dp2_mp4', 'checkpoint') })).id;
  complete = (await call('checkpoint.open', { path: join(scratch, 'dp2_mp4', 'complete') })).id;
});

const floats = (bytes: Uint8Array) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

describe.each(DTYPE_NAMES)('%s beside NumPy', (dtype) => {
  const { values, shape, stats } = GOLDEN[dtype];

  test('every value', async () => {
    expect(await call('tensor.values', { checkpoint, name: dtype })).toEqual({
      dtype,
      shape,
      values,
      truncated: false,
    });
  });

  test('a part that begins and ends inside bytes', async () => {
    const columns = shape.at(-1) ?? 1;
    const rows = values.length / columns;
    const found = await call('tensor.values', { checkpoint, name: dtype, slice: '..., 1:4' });
    const wanted = Array.from({ length: rows }, (_, row) =>
      values.slice(row * columns + 1, row * columns + 4),
    ).flat();
    expect(found.values).toEqual(wanted);
    expect(found.shape).toEqual([...shape.slice(0, -1), 3]);
  });

  test('statistics', async () => {
    const found = await call('tensor.stats', { checkpoint, name: dtype });
    const { mean, std, quantiles, linear, log, ...exact } = stats;
    expect(found).toMatchObject(exact);
    const near = (value: number | undefined, wanted: number) =>
      expect(Math.abs((value ?? Number.NaN) - wanted)).toBeLessThanOrEqual(
        1e-14 * Math.max(std, Math.abs(wanted)),
      );
    near(found.mean, mean);
    near(found.std, std);
    expect(found.quantiles.map(({ q }) => q)).toEqual(QUANTILES);
    quantiles.forEach((wanted, i) => {
      const value = found.quantiles[i]?.value ?? Number.NaN;
      // NumPy may say -0.
      if (found.quantileError === 0) expect(value + 0).toBe(wanted + 0);
      else expect(Math.abs(value - wanted)).toBeLessThanOrEqual(found.quantileError * Math.abs(wanted));
    });
    expect(found.linear).toEqual(linear);
    const pairs = (side: readonly { exponent: number; count: number }[]) =>
      side.map(({ exponent, count }) => [exponent, count]);
    expect({ negative: pairs(found.log.negative), positive: pairs(found.log.positive) }).toEqual(log);
  });
});

test('a limit gives the first values and says so', async () => {
  const found = await call('tensor.values', { checkpoint, name: 'F32', limit: 33 });
  expect(found.values).toEqual(GOLDEN.F32.values.slice(0, 33));
  expect(found.truncated).toBe(true);
});

describe('over ranks', () => {
  const name = 'model.layers.0.attention.wo.weight';

  test('the whole tensor is what merging gives', async () => {
    const whole = await call('tensor.values', { checkpoint: ranks, name });
    expect(whole).toEqual(await call('tensor.values', { checkpoint: complete, name }));
    expect(whole.shape).toEqual([16, 16]);
    const stats = await call('tensor.stats', { checkpoint: ranks, name });
    expect(stats).toEqual(await call('tensor.stats', { checkpoint: complete, name }));
  });

  test('a rank’s own slice is its columns', async () => {
    const slice = await call('tensor.values', { checkpoint: ranks, name, rank: 1 });
    const columns = await call('tensor.values', { checkpoint: complete, name, slice: '[:, 4:8]' });
    expect(slice).toEqual(columns);
  });

  test('a part that crosses ranks', async () => {
    const slice = '[3, 2:13]';
    expect(await call('tensor.values', { checkpoint: ranks, name, slice })).toEqual(
      await call('tensor.values', { checkpoint: complete, name, slice }),
    );
  });

  test('a rank that does not have it is refused', async () => {
    const fault = await refusal(call('tensor.values', { checkpoint: ranks, name, rank: 12 }));
    expect(fault).toMatchObject({ code: 'USAGE', rank: 12 });
    expect(fault?.advice).toContain('0, 1, 2, 3, 4, 5, 6 and 7');
  });
});

describe('heatmap', () => {
  test('single values where the cells suffice, with flags for NaN and Inf', async () => {
    const map = await call('tensor.heatmap', { checkpoint, name: 'F32', width: 100, height: 100 });
    const { values, shape } = GOLDEN.F32;
    expect([map.cellRows, map.cellColumns]).toEqual(shape);
    const wanted = values.map((value) => (typeof value === 'number' ? value + 0 : Number.NaN));
    for (const key of ['mean', 'min', 'max'] as const)
      expect(floats(map[key]).map((value) => value + 0)).toEqual(Float32Array.from(wanted));
    expect([...map.flags.slice(0, 6)]).toEqual([0, 0, 1, 2, 4, 0]);
    expect(map.sampled).toBe(false);
  });

  test('cells are means and extremes of their blocks, however rows and columns divide', async () => {
    const slice = '[2:37, 3:30]';
    const map = await call('tensor.heatmap', { checkpoint, name: 'F64', slice, width: 5, height: 4 });
    const { values } = GOLDEN.F64;
    expect({ rows: map.rows, columns: map.columns }).toEqual({ rows: 35, columns: 27 });
    for (let cell = 0; cell < 20; cell++) {
      const [i, j] = [Math.floor(cell / 5), cell % 5];
      const block: number[] = [];
      for (let r = Math.floor((i * 35) / 4); r < Math.floor(((i + 1) * 35) / 4); r++)
        for (let c = Math.floor((j * 27) / 5); c < Math.floor(((j + 1) * 27) / 5); c++)
          block.push(Number(values[(r + 2) * 30 + c + 3]));
      const mean = block.reduce((sum, value) => sum + value, 0) / block.length;
      expect(floats(map.mean)[cell]).toBeCloseTo(mean, 8);
      expect(floats(map.min)[cell]).toBe(Math.fround(Math.min(...block)));
      expect(floats(map.max)[cell]).toBe(Math.fround(Math.max(...block)));
    }
  });

  test('a vector is one row; three axes are refused with the way out', async () => {
    const row = await call('tensor.heatmap', { checkpoint, name: 'I32', slice: '[4]', width: 9, height: 9 });
    expect([row.cellRows, row.cellColumns, row.rows, row.columns]).toEqual([1, 9, 1, 30]);
    const fault = await refusal(call('tensor.heatmap', { checkpoint, name: 'F4', width: 9, height: 9 }));
    expect(fault).toMatchObject({ code: 'USAGE', found: '3 axes' });
  });
});

describe('find', () => {
  const find = async (what: 'nan' | 'infinity' | 'either', from: number, slice?: string) =>
    (
      await call('tensor.find', {
        checkpoint,
        name: 'BF16',
        what,
        from,
        ...(slice !== undefined && { slice }),
      })
    ).found;

  test('the next of a kind, with its index in the tensor', async () => {
    expect(await find('nan', 0)).toEqual({ index: [0, 2], position: 2, value: 'NaN' });
    expect(await find('infinity', 0)).toEqual({ index: [0, 3], position: 3, value: 'Infinity' });
    expect(await find('either', 4)).toEqual({ index: [0, 4], position: 4, value: '-Infinity' });
    expect(await find('either', 5)).toBeNull();
    expect(await find('either', 0, '[0, 3:9]')).toEqual({ index: [0, 3], position: 0, value: 'Infinity' });
  });

  test('dtypes that have neither are not read', async () => {
    expect(await call('tensor.find', { checkpoint, name: 'I64' })).toEqual({ found: null });
  });
});

describe('save', () => {
  const save = (part: Partial<Input<'tensor.save'>>, file: string) =>
    call('tensor.save', { checkpoint, name: 'F32', format: 'npy', out: join(scratch, file), ...part });

  test('.npy: NumPy’s header, then the bytes', async () => {
    const saved = await save({ slice: '[2:4]' }, 'f32.npy');
    const file = readFileSync(saved.path);
    expect(saved).toEqual({
      path: join(scratch, 'f32.npy'),
      bytes: file.length,
      shape: [2, 30],
      dtype: 'float32',
    });
    const header = file.subarray(0, 128).toString('latin1');
    expect(header.slice(0, 8)).toBe('\u0093NUMPY\u0001\u0000');
    expect(header.slice(10).trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 30), }");
    const data = Buffer.from(GOLDEN.F32.bytes, 'base64').subarray(240, 480);
    expect(file.subarray(128)).toEqual(data);
  });

  test('dtypes that NumPy has not are widened to float32', async () => {
    const saved = await save({ name: 'F8_E4M3' }, 'f8.npy');
    expect(saved.dtype).toBe('float32');
    const data = new Float32Array(new Uint8Array(readFileSync(saved.path).subarray(128)).buffer);
    expect([...data].map((value) => (Number.isNaN(value) ? 'NaN' : value))).toEqual(GOLDEN.F8_E4M3.values);
  });

  test('.csv: exact numbers, a line for each row', async () => {
    const { path } = await save({ name: 'U64', format: 'csv' }, 'u64.csv');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => line.split(','))).toEqual(
      Array.from({ length: 20 }, (_, row) => GOLDEN.U64.values.slice(row * 30, row * 30 + 30)),
    );
  });
});

test.each(['[:, 5:7]', '[3:290, 10:19000]', '[7:9, :]', '[:, 19999]', '[250, 3:5]'])(
  'a part with gaps near and far: %s',
  async (slice) => {
    const [rows, columns] = [300, 20_000];
    const byte = (row: number, column: number) => (row * 31 + column * 7) & 255;
    const data = Uint8Array.from({ length: rows * columns }, (_, i) =>
      byte(Math.floor(i / columns), i % columns),
    );
    const path = join(scratch, 'wide.safetensors');
    const { bytes } = serializeHeader(
      [{ name: 'wide', dtype: 'U8', shape: [rows, columns], byteLength: data.length }],
      new Map(),
    );
    writeFileSync(path, Buffer.concat([bytes, data]));
    const { id } = await call('checkpoint.open', { path });
    const { box } = parseSlice(slice, [rows, columns]);
    const [top = 0, left = 0] = box.start;
    const [height = 0, width = 0] = box.extent;
    const limit = 1_000_000;
    const found = await call('tensor.values', { checkpoint: id, name: 'wide', slice, limit });
    const wanted = Array.from({ length: Math.min(limit, height * width) }, (_, i) =>
      byte(top + Math.floor(i / width), left + (i % width)),
    );
    expect(found.values).toEqual(wanted);
  },
);

test('reading many bytes is told, and can be cancelled', async () => {
  const path = join(scratch, 'large.safetensors');
  const header = JSON.stringify({
    big: { dtype: 'F32', shape: [2 ** 17, 1024], data_offsets: [0, 2 ** 29] },
  });
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path, Buffer.concat([prefix, Buffer.from(header)]));
  truncateSync(path, 8 + header.length + 2 ** 29);
  const { id } = await call('checkpoint.open', { path });
  const events: EngineEvent[] = [];
  const controller = new AbortController();
  const deaf = engine.listen((event) => {
    events.push(event);
    controller.abort();
  });
  const fault = await refusal(call('tensor.stats', { checkpoint: id, name: 'big' }, controller.signal));
  deaf();
  expect(fault).toMatchObject({ code: 'CANCELLED' });
  expect(events[0]).toMatchObject({ type: 'reading', checkpoint: id, name: 'big', bytesTotal: 2 ** 30 });
});
