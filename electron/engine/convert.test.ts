import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanCheckpoint } from '../../shared/ckpt/frames.ts';
import { bitsOf, DTYPE_NAMES, type Dtype, mindSporeNameOf } from '../../shared/dtype.ts';
import { type JobInput, jobOptions } from '../../shared/job-options.ts';
import { readSafetensorsHeader } from '../../shared/safetensors/open-header.ts';
import { serializeHeader } from '../../shared/safetensors/serialize.ts';
import { openToConvert } from './open/open-to-convert.ts';
import { run } from './prepare/prepare.ts';
import { poolAndFolder } from './sample-pool.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/ckpt_formats');
const { pool, folder } = poolAndFolder();

type Options = Partial<Extract<JobInput, { job: 'convert' }>>;

let outputs = 0;
let progress = { bytesDone: 0, bytesTotal: 0 };
/** Converts, and gives the folder with the result. */
async function convert(path: string, to: 'safetensors' | 'ckpt', more: Options = {}) {
  const out = join(folder, `out${outputs++}`);
  const options = jobOptions.parse({ job: 'convert', path, to, out, fsync: false, ...more });
  if (options.job !== 'convert') throw new Error('another job');
  const result = await run(await openToConvert(options, { pool }), options, {
    pool,
    signal: new AbortController().signal,
    readStrategy: () => Promise.reject(new Error('needs no strategy')),
    onProgress: (told) => {
      progress = told;
    },
  });
  return { out, result };
}

/** Name → dtype, shape, bytes; and the metadata. */
function contentsOf(path: string) {
  const file = readFileSync(path);
  const read = (offset: number, length: number) => file.subarray(offset, offset + length);
  const header = path.endsWith('.ckpt')
    ? scanCheckpoint(read, file.length)
    : readSafetensorsHeader(read, file.length);
  const tensors = header.tensors.map(({ name, dtype, shape, offset, byteLength, extents }) => {
    const parts = extents ?? [{ offset, length: byteLength }];
    return [
      name,
      [dtype, shape, Buffer.concat(parts.map((part) => read(part.offset, part.length))).toString('hex')],
    ] as const;
  });
  return { tensors: new Map(tensors), metadata: new Map(header.metadata) };
}

interface Given {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

function writeSafetensors(path: string, tensors: readonly Given[], metadata: ReadonlyMap<string, string>) {
  const sized = tensors.map((tensor) => ({
    ...tensor,
    byteLength: (tensor.shape.reduce((a, b) => a * b, 1) * bitsOf(tensor.dtype)) / 8,
  }));
  const { bytes, size } = serializeHeader(sized, metadata);
  const file = Uint8Array.from({ length: size }, (_, i) => (i * 31 + 7) % 256);
  file.set(bytes);
  writeFileSync(path, file);
}

const dtypes = DTYPE_NAMES.filter((dtype) => mindSporeNameOf(dtype) !== undefined);
const anyTensors = fc.uniqueArray(
  fc.record({
    name: fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }),
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
  }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 8 },
);

test('to .ckpt and back is the same file, whatever the names, dtypes and shapes', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyTensors,
      fc.dictionary(
        fc.string({ minLength: 1, maxLength: 5 }).map((key) => `text ${key}`),
        fc.constantFrom('', 'a note', '☃'),
      ),
      fc.boolean(),
      async (tensors, texts, crc) => {
        const source = join(folder, 'any.safetensors');
        writeSafetensors(source, tensors, new Map([['format', 'ms'], ...Object.entries(texts)]));
        const ckpt = await convert(source, 'ckpt', { crc, memoryBytes: 600 });
        const back = await convert(join(ckpt.out, 'any.ckpt'), 'safetensors');
        expect(contentsOf(join(ckpt.out, 'any.ckpt')).tensors.size).toBe(tensors.length);
        expect(readFileSync(join(back.out, 'any.safetensors')).equals(readFileSync(source))).toBe(true);
        rmSync(ckpt.out, { recursive: true });
        rmSync(back.out, { recursive: true });
      },
    ),
    { numRuns: 60 },
  );
});

test('a CRC-32 is of the whole .ckpt before it, and names and data of a safetensors file', async () => {
  const { out } = await convert(join(FIXTURES, 'all_dtypes.ckpt'), 'safetensors', { crc: true });
  const path = join(out, 'all_dtypes.safetensors');
  const { tensors, metadata } = contentsOf(path);
  let crc = 0;
  // None of the fixture's scalars is a whole number.
  for (const [name, [, , hex]] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1)))
    crc = crc32(Buffer.from(hex, 'hex'), crc32(name, crc));
  expect(metadata.get('crc_num')).toBe(String(crc));

  const back = await convert(path, 'ckpt', { crc: true });
  const file = readFileSync(join(back.out, 'all_dtypes.ckpt'));
  const expected = readFileSync(join(FIXTURES, 'back_to_ckpt/all_dtypes.ckpt'));
  expect(file.subarray(0, -17).equals(expected)).toBe(true);
  expect(file.subarray(-17, -10).toString()).toBe('crc_num');
  expect(Number(file.readBigUInt64BE(file.length - 8))).toBe(crc32(expected));
  // Data copied and read back, and the source and the output once more for their checksums.
  const { size } = statSync(path);
  expect(progress).toMatchObject({ bytesTotal: 2 * back.result.bytes + size + file.length });
  expect(progress.bytesDone).toBe(progress.bytesTotal);
});

test('a whole number without dimensions counts as zeros in MindSpore’s CRC-32', async () => {
  // What MindSpore 2.10.0 saved with crc_check=True, one of its tensors being Tensor(7, ms.int32).
  const source = join(folder, 'scalar.safetensors');
  writeFileSync(source, Buffer.from(MINDSPORE_SCALAR, 'base64'));
  const ckpt = await convert(source, 'ckpt');
  const back = await convert(join(ckpt.out, 'scalar.ckpt'), 'safetensors', { crc: true });
  const said = contentsOf(join(back.out, 'scalar.safetensors')).metadata.get('crc_num');
  expect(said).toBe(contentsOf(source).metadata.get('crc_num'));
});

test('rank folders: every save in them, or those whose names match', async () => {
  const source = join(folder, 'ranks');
  for (const path of ['rank_0/a-1_10', 'rank_0/a-1_20', 'rank_1/a-1_10', 'rank2/b', 'other/c']) {
    mkdirSync(join(source, path, '..'), { recursive: true });
    writeSafetensors(
      join(source, `${path}.safetensors`),
      [{ name: 'w', dtype: 'F16', shape: [3] }],
      new Map(),
    );
  }
  const paths = async (more: Options) => {
    const { out, result } = await convert(source, 'ckpt', { report: false, ...more });
    return result.files.map(({ path }) => path.slice(out.length + 1));
  };
  expect(await paths({})).toEqual([
    'rank2/b.ckpt',
    'rank_0/a-1_10.ckpt',
    'rank_0/a-1_20.ckpt',
    'rank_1/a-1_10.ckpt',
  ]);
  expect(await paths({ fileNameRegex: '1_(10|30)' })).toEqual(['rank_0/a-1_10.ckpt', 'rank_1/a-1_10.ckpt']);
});

const python = process.env.MINDSPORE_PYTHON;

test.skipIf(python === undefined)(
  'MindSpore loads our .ckpt and safetensors, CRC checked (needs MINDSPORE_PYTHON)',
  async () => {
    const tensors = dtypes.flatMap((dtype) => [
      { name: `${dtype}.matrix`, dtype, shape: [3, 5] },
      { name: `${dtype}.scalar`, dtype, shape: [] },
    ]);
    const source = join(folder, 'mindspore.safetensors');
    writeSafetensors(
      source,
      tensors,
      new Map([
        ['format', 'ms'],
        ['note', 'hello ☃'],
        ['I8.matrix', 'Int4'],
      ]),
    );
    const ckpt = await convert(source, 'ckpt', { crc: true });
    const path = join(ckpt.out, 'mindspore.ckpt');
    // MindSpore cannot compute its own CRC-32 of BF16, nor of whole numbers below 0.
    const matrices = join(folder, 'matrices.safetensors');
    writeSafetensors(
      matrices,
      tensors.filter(({ dtype, shape }) => dtype !== 'BF16' && shape.length > 0),
      new Map([['format', 'ms']]),
    );
    const once = await convert(matrices, 'ckpt');
    const twice = await convert(join(once.out, 'matrices.ckpt'), 'safetensors', { crc: true });
    const script = `
import hashlib, json, sys
import mindspore as ms
def load(path, format):
    loaded = ms.load_checkpoint(path, format=format, crc_check=True)
    return {k: v if isinstance(v, str) else [str(v.dtype), list(v.shape), v.get_bytes().hex()] for k, v in loaded.items()}
print(json.dumps([load(sys.argv[1], 'ckpt'), load(sys.argv[2], 'safetensors')]))
`;
    const ran = spawnSync(python ?? '', ['-c', script, path, join(twice.out, 'matrices.safetensors')], {
      encoding: 'utf8',
    });
    if (ran.status !== 0) throw new Error(ran.stderr);
    expect(ran.stderr).not.toContain('do not contain the crc code');
    const [fromCkpt, fromSafetensors] = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '');
    const typeOf = (name: string, dtype: Dtype) => (name === 'I8.matrix' ? 'Int4' : mindSporeNameOf(dtype));
    const expected = [...contentsOf(source).tensors].map(([name, [dtype, shape, hex]]) => [
      name,
      [typeOf(name, dtype), shape, hex],
    ]);
    expect(fromCkpt).toEqual({ ...Object.fromEntries(expected), note: 'hello ☃' });
    expect(Object.keys(fromSafetensors)).toHaveLength(dtypes.length - 1);
  },
  60_000,
);

const MINDSPORE_SCALAR =
  'UAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJtcyIsImNyY19udW0iOiIxNjA1MTgyNzkwIn0sImIiOnsiZHR5cGUi' +
  'OiJGMzIiLCJzaGFwZSI6WzIsM10sImRhdGFfb2Zmc2V0cyI6WzAsMjRdfSwiZjAiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6W10s' +
  'ImRhdGFfb2Zmc2V0cyI6WzI0LDI4XX0sImEiOnsiZHR5cGUiOiJJMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzI4LDMy' +
  'XX0sIm9uZSI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzMyLDM2XX0sImMiOnsiZHR5cGUiOiJC' +
  'T09MIiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlszNiwzN119fSAgICAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAACBABwAA' +
  'AAkAAAAB';
