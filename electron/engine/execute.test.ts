import { createHash } from 'node:crypto';
import {
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FaultCode } from '../../shared/errors.ts';
import { asFault } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { copyBufferBytes } from './execute.ts';
import { makeSample, pseudoRandom, type Sample, type SampleTensor, sampleTensor } from './sample-plan.ts';
import { expectWritten, SampleRuns } from './sample-runs.ts';

const runs = new SampleRuns(3);

async function faultOf(work: Promise<unknown>) {
  return work.then(
    () => expect.unreachable('it did not refuse'),
    (error: unknown) => asFault(error),
  );
}

function sourceSums(plan: Plan): string[] {
  return plan.sources.map(({ path }) => createHash('sha256').update(readFileSync(path)).digest('hex'));
}

/** Two tensors cut in columns and rows, 1 MiB each, merged into two files. */
function merge(): Sample {
  const tensor: SampleTensor = {
    dtype: 'BF16',
    shape: [512, 1024],
    sourceCuts: [[], [256, 512, 768]],
    outputCuts: [[], []],
    copies: 1,
    extentBytes: 0,
    leftOut: 3,
  };
  return makeSample(runs.path('source'), [tensor, { ...tensor, dtype: 'F32', sourceCuts: [[128, 256], []] }]);
}

test('any boxes, dtypes, threads and buffer sizes give the bytes of the naive reference', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(sampleTensor, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 24, 200, 1500, 100_000, undefined),
      fc.boolean(),
      async (tensors, threads, memoryBytes, verify) => {
        const out = runs.path(`out-${run}`);
        const sample = makeSample(runs.path(`source-${run}`), tensors, 3, 2, pseudoRandom(++run));
        const result = await runs.execute(sample.plan, { out, threads, memoryBytes, verify });
        expectWritten(sample, out);
        expect(result.verified).toBe(verify);
      },
    ),
    { numRuns: Number(process.env.SHARDSCOPE_RUNS ?? 150) },
  );
});

test('restored replicas are written from one source, and each is verified', async () => {
  const tensor = {
    dtype: 'F32',
    shape: [64, 64],
    sourceCuts: [[], []],
    outputCuts: [[32], []],
    copies: 3,
    extentBytes: 0,
    leftOut: 3,
  } as const;
  const sample = makeSample(runs.path('source'), [tensor], 1, 3);
  await runs.execute(sample.plan);
  expectWritten(sample, runs.path('out'));
  const fault = await faultOf(
    runs.execute(sample.plan, {
      out: runs.path('again'),
      beforeVerify: (temporary) => flipBit(join(temporary, 'rank_2/net.safetensors'), 24 + 8192 + 100),
    }),
  );
  expect(fault.code).toBe('OUT_VERIFY');
});

test('progress counts each output byte twice with verifying, through all phases in order', async () => {
  const sample = merge();
  const seen: { phase: string; bytesDone: number; bytesTotal: number }[] = [];
  await runs.execute(sample.plan, { onProgress: (progress) => seen.push(progress) });
  const moved = sample.expected.reduce((sum, bytes) => sum + bytes.length - 24, 0);
  expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['copying', 'verifying', 'publishing']);
  expect(seen.at(-1)).toEqual({ phase: 'publishing', bytesDone: 2 * moved, bytesTotal: 2 * moved });
});

test('the buffers of all threads together stay within the memory bound', () => {
  expect(copyBufferBytes(2)).toBe(2 * 3 * 512 * 1024);
  expect(copyBufferBytes(4, 48 * 1024)).toBe(48 * 1024);
});

function flipBit(path: string, at: number) {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

test.each([
  ['one flipped bit of data', 24 + 600_000],
  ['one flipped bit of the header', 11],
])('%s written to the drive is found, and nothing is published', async (_, at) => {
  const sample = merge();
  const sums = sourceSums(sample.plan);
  const fault = await faultOf(
    runs.execute(sample.plan, {
      beforeVerify: (temporary) => flipBit(join(temporary, 'rank_0/net.safetensors'), at),
    }),
  );
  expect(fault.code).toBe('OUT_VERIFY');
  expect(fault.file).toBe(runs.path('out', 'rank_0/net.safetensors'));
  if (at > 24) {
    expect(fault.tensor).toBe('tensor.0');
    const [, from, to] = /between byte (\d+) and byte (\d+)/.exec(fault.message) ?? [];
    expect(Number(from)).toBeLessThanOrEqual(at);
    expect(Number(to)).toBeGreaterThan(at);
  }
  expect(readdirSync(runs.folder)).toEqual(['source']);
  expect(sourceSums(sample.plan)).toEqual(sums);
});

test('two slices swapped on the drive are found', async () => {
  const sample = merge();
  const fault = await faultOf(
    runs.execute(sample.plan, {
      beforeVerify: (temporary) => {
        const path = join(temporary, 'rank_0/net.safetensors');
        const bytes = readFileSync(path);
        const row = Buffer.from(bytes.subarray(24, 24 + 512));
        bytes.copy(bytes, 24, 24 + 512, 24 + 1024);
        row.copy(bytes, 24 + 512);
        writeFileSync(path, bytes);
      },
    }),
  );
  expect(fault).toMatchObject({ code: 'OUT_VERIFY', tensor: 'tensor.0' });
});

test('a file that lost its end is found', async () => {
  const sample = merge();
  const fault = await faultOf(
    runs.execute(sample.plan, {
      beforeVerify: (temporary) => truncateSync(join(temporary, 'rank_1/net.safetensors'), 1000),
    }),
  );
  expect(fault).toMatchObject({ code: 'OUT_VERIFY', found: '1000 bytes' });
});

const changes: [string, (path: string) => void, FaultCode][] = [
  ['appended to', (path) => writeFileSync(path, 'x', { flag: 'a' }), 'IO_SOURCE_CHANGED'],
  ['touched', (path) => utimesSync(path, 1, 1), 'IO_SOURCE_CHANGED'],
  ['cut short', (path) => truncateSync(path, 100), 'IO_SOURCE_CHANGED'],
  [
    'rewritten, of the same size and with the same times,',
    (path) => {
      const { atime, mtime, size } = statSync(path);
      writeFileSync(path, new Uint8Array(size));
      utimesSync(path, atime, mtime);
    },
    'IO_SOURCE_CHANGED',
  ],
  [
    'replaced by a copy',
    (path) => {
      cpSync(path, `${path}.new`);
      rmSync(path);
      cpSync(`${path}.new`, path);
    },
    'IO_SOURCE_CHANGED',
  ],
  ['removed', (path) => rmSync(path), 'IO_NOT_FOUND'],
];
for (const [how, change, code] of changes)
  for (const when of ['before', 'during'] as const)
    test(`a source ${how} ${when} the copying fails the job, naming it`, async () => {
      const sample = merge();
      const path = sample.plan.sources[1]?.path ?? '';
      if (when === 'before') change(path);
      const fault = await faultOf(
        runs.execute(sample.plan, { beforeVerify: () => (when === 'during' ? change(path) : undefined) }),
      );
      expect(fault).toMatchObject({ code, file: path });
      expect(runs.leftBehind()).toEqual([]);
      expect(readdirSync(runs.folder)).toEqual(['source']);
    });

test.each(['copying', 'verifying', 'publishing'] as const)(
  'cancelling while %s leaves nothing',
  async (phase) => {
    const sample = merge();
    const abort = new AbortController();
    const fault = await faultOf(
      runs.execute(sample.plan, {
        signal: abort.signal,
        fsync: phase === 'publishing',
        memoryBytes: 3 * 3 * 4096,
        onProgress: (progress) => progress.phase === phase && abort.abort(),
      }),
    );
    expect(fault.code).toBe('CANCELLED');
    expect(readdirSync(runs.folder)).toEqual(['source']);
  },
);

test('a job cancelled before it began does nothing', async () => {
  const sample = merge();
  expect((await faultOf(runs.execute(sample.plan, { signal: AbortSignal.abort() }))).code).toBe('CANCELLED');
  expect(readdirSync(runs.folder)).toEqual(['source']);
});

test('a packed dtype cut inside a byte is refused before anything is written', async () => {
  const sample = makeSample(runs.path('source'), [
    {
      dtype: 'F4',
      shape: [3, 1],
      sourceCuts: [[], []],
      outputCuts: [[], []],
      copies: 1,
      extentBytes: 0,
      leftOut: 3,
    },
  ]);
  const [move] = sample.plan.moves;
  const [from] = move?.from ?? [];
  if (from === undefined) return expect.unreachable();
  // Three rows of three 4-bit elements: the second row begins in the middle of a byte.
  const shape = [4, 3];
  const piece = { ...from, shape, byteLength: 6, box: { start: [0, 0], extent: shape } };
  const half = { ...piece, file: 0, offset: 24, byteLength: 2, box: { start: [1, 0], extent: [1, 3] } };
  const plan = { ...sample.plan, moves: [{ from: [piece], to: [half] }] };
  expect(await faultOf(runs.execute(plan))).toMatchObject({ code: 'ST_MISALIGNED', tensor: 'tensor.0' });
  expect(readdirSync(runs.folder)).toEqual(['source']);
});

test('a plan whose sources do not cover an output is refused', async () => {
  const sample = merge();
  const [move, ...others] = sample.plan.moves;
  const plan = {
    ...sample.plan,
    moves: [{ from: move?.from.slice(1) ?? [], to: move?.to ?? [] }, ...others],
  };
  expect(await faultOf(runs.execute(plan))).toMatchObject({ code: 'INTERNAL', tensor: 'tensor.0' });
  expect(readdirSync(runs.folder)).toEqual(['source']);
});
