import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSession } from '../../electron/cli/session.ts';
import { shellText } from '../../shared/table/shell.ts';
import { copyFixture, scratchFolder } from './run-cli.ts';
import { readSafetensors } from './safetensors-file.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const PYTHON = process.env.SHARDSCOPE_PYTHON ?? process.env.MINDSPORE_PYTHON;
const WO = 'model.layers.0.attention.wo.weight';
const NORM = 'model.layers.0.attention_norm.weight';

/** The F32 values of a tensor in the file of rank 0. */
function floats(folder: string, name: string): Float32Array {
  const bytes = readFileSync(join(folder, 'checkpoint', 'rank_0', 'llama_tiny_rank_0-1_10.safetensors'));
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const [begin, end] = JSON.parse(bytes.toString('utf8', 8, start))[name].data_offsets;
  return new Float32Array(Uint8Array.from(bytes.subarray(start + begin, start + end)).buffer);
}

/** Runs lines in a shell that knows `shardscope`. */
function runLines(lines: string): string {
  const bin = join(scratch.path, 'bin');
  mkdirSync(bin, { recursive: true });
  const cli = resolve(process.env.SHARDSCOPE_BUNDLES ?? 'dist', 'cli.js');
  writeFileSync(join(bin, 'shardscope'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
  chmodSync(join(bin, 'shardscope'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  return execFileSync('/bin/sh', ['-e', '-c', lines], { encoding: 'utf8', env, stdio: 'pipe' });
}

test('the command lines of chosen tensors run, and are about exactly these', () => {
  const folder = copyFixture('dp2_mp4', scratch.path);
  const [tensors = '', stats = ''] = shellText({ path: folder }, 'ignored', [WO, NORM]).split('\n');
  const listed: { name: string; rank: number }[] = JSON.parse(runLines(`${tensors} --json`));
  expect(listed).toHaveLength(16);
  expect(new Set(listed.map(({ name }) => name))).toEqual(new Set([WO, NORM]));
  const lines = runLines(stats).trim().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['tensor', WO, NORM]);
  const one = runLines(shellText({ path: folder, fileSuffix: '1_10' }, '', [NORM]));
  expect(one).toContain('rank 7');
  const values = one.trim().split('\n').at(-1)?.split(/ +/).map(Number) ?? [];
  expect(values).toEqual([...floats(folder, NORM)].map((value) => expect.closeTo(value, 9)));
});

interface Loaded {
  readonly [name: string]: { readonly shape: readonly number[]; readonly sha256: string };
}

/** Says what `tensors` is after the lines ran, by rank ("" for complete weights). */
const TELL = `
import hashlib, json
def told(value):
    array = value.asnumpy() if hasattr(value, "asnumpy") else value
    return {"shape": list(array.shape), "sha256": hashlib.sha256(array.tobytes()).hexdigest()}
by_rank = tensors if all(isinstance(one, dict) for one in tensors.values()) else {"": tensors}
print("TOLD", json.dumps({str(rank): {name: told(value) for name, value in one.items()} for rank, one in by_rank.items()}))
`;

async function load(path: string, names: readonly string[]): Promise<Record<string, Loaded>> {
  const session = await openSession({ threads: 1 });
  try {
    const { id: checkpoint } = await session.call('checkpoint.open', { path });
    const chosen = names.length > 0 ? { names: [...names] } : {};
    const { text } = await session.call('tensors.copy', { checkpoint, format: 'python', ...chosen });
    const out = execFileSync(PYTHON ?? '', ['-c', text + TELL], { encoding: 'utf8', stdio: 'pipe' });
    return JSON.parse(/^TOLD (.*)$/m.exec(out)?.[1] ?? '{}');
  } finally {
    await session.close();
  }
}

test.skipIf(PYTHON === undefined)(
  'the Python of chosen tensors loads exactly these',
  { timeout: 120_000 },
  async () => {
    const folder = copyFixture('dp2_mp4', join(scratch.path, 'python'));
    const stored = (rank: number) =>
      readSafetensors(join(folder, 'checkpoint', `rank_${rank}`, `llama_tiny_rank_${rank}-1_10.safetensors`));
    // F32 with NumPy; with BF16 among them, with MindSpore.
    for (const names of [[NORM], [NORM, WO]]) {
      const loaded = await load(folder, names);
      expect(Object.keys(loaded)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
      for (const [rank, tensors] of Object.entries(loaded)) {
        expect(Object.keys(tensors).sort()).toEqual([...names].sort());
        for (const [name, { sha256 }] of Object.entries(tensors))
          if (name === NORM) expect(sha256).toBe(stored(Number(rank)).get(name)?.sha256);
        if (names.includes(WO)) expect(tensors[WO]?.shape).toEqual([16, 4]);
      }
    }
    const file = copyFixture('ckpt_formats/all_dtypes.ckpt', scratch.path);
    const all = await load(file, []);
    expect(Object.keys(all[''] ?? {})).toContain('t.i8');
    expect(Object.keys((await load(file, ['t.i8']))[''] ?? {})).toEqual(['t.i8']);
  },
);
