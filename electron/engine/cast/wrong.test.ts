import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { wholeBox } from '../../../shared/layout/box.ts';
import type { Piece } from '../../../shared/plan/piece.ts';
import type { Move } from '../../../shared/plan/plan.ts';
import { tilesOf } from '../../../shared/plan/tiles.ts';
import { Control } from '../control.ts';
import { copyTiles } from '../copy.ts';
import { writeSource } from '../sample-plan.ts';
import { verifyTiles } from '../verify-copy.ts';

/** What goes wrong in the copying threads, switched on by a test. */
const wrong = vi.hoisted(() => ({ kernel: false, runs: false }));

vi.mock('./kernels.ts', async (original) => {
  const kernels = await original<typeof import('./kernels.ts')>();
  const narrowBf16: typeof kernels.narrowBf16 = (from, to, count, met) => {
    kernels.narrowBf16(from, to, count, met);
    // Rounded to the wrong neighbour.
    if (wrong.kernel) to.words2[count - 1] = (to.words2[count - 1] ?? 0) ^ 1;
  };
  return { ...kernels, narrowBf16 };
});

vi.mock('../../../shared/plan/runs.ts', async (original) => {
  const { runsOf, ...rest } = await original<typeof import('../../../shared/plan/runs.ts')>();
  const shifted: typeof runsOf = (from, to, part) => {
    const runs = runsOf(from, to, part);
    return wrong.runs ? { ...runs, from: runs.from === 0 ? 4 : runs.from - 4 } : runs;
  };
  return { ...rest, runsOf: shifted };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-cast-'));
});
afterEach(() => {
  Object.assign(wrong, { kernel: false, runs: false });
  rmSync(folder, { recursive: true, force: true });
});

/** Copies a 4 × 6 tensor of singles, cut into two columns, to BF16, and verifies the output. */
function copyAndVerify(): void {
  const shape = [4, 6];
  const values = Float32Array.from({ length: 24 }, (_, i) => 1 + i / 7);
  const source = writeSource(join(folder, 'source'), new Uint8Array(values.buffer));
  const output = join(folder, 'output');
  writeFileSync(output, '');
  truncateSync(output, 48);
  const half = (column: number): Piece => ({
    tensor: 'w',
    dtype: 'F32',
    shape,
    box: { start: [0, column * 3], extent: [4, 3] },
    file: 0,
    offset: column * 48,
    byteLength: 48,
  });
  const to: Piece = {
    tensor: 'w',
    dtype: 'BF16',
    shape,
    box: wholeBox(shape),
    file: 0,
    offset: 0,
    byteLength: 48,
  };
  const move: Move = { from: [half(0), half(1)], to: [to] };
  const task = {
    items: [{ move, tiles: tilesOf(move, 4096), firstPiece: 0 }],
    outputs: new Map([[0, output]]),
    bufferBytes: 4096,
    control: new Control().shared,
  };
  const sources = new Map([[0, source]]);
  const { checksums } = copyTiles({ ...task, type: 'copy', sources, checksums: true });
  verifyTiles({ ...task, type: 'verify-copy', checksums });
}

test('a cast that went well is verified', () => {
  expect(copyAndVerify).not.toThrow();
});

test.each(['kernel', 'runs'] as const)('verifying finds what is wrong by the %s', (part) => {
  wrong[part] = true;
  expect(copyAndVerify).toThrow(/does not have the bytes that were copied into it: w differs/);
});
