import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../random/files.ts';
import { runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const out = (name: string) => join(scratch.path, name);
const source = join(scratch.path, 'complete', 'model.safetensors');

/** Larger than a task of the copying threads, so that several of them see it. */
const ROWS = 20_000;
const COLUMNS = 1000;

const bytesOf = (values: Float32Array) => new Uint8Array(values.buffer);

beforeAll(() => {
  const large = new Float32Array(ROWS * COLUMNS).fill(1 + 2 ** -9);
  large[9_000 * COLUMNS + 7] = -70_000;
  large[9_000 * COLUMNS + 8] = 1e38;
  large[19_999 * COLUMNS + 999] = Number.POSITIVE_INFINITY;
  const small = Float32Array.of(0.1, Number.NaN, -65_519, 1e-8);
  writeSafetensors(
    source,
    [
      { name: 'a.large', dtype: 'F32', shape: [ROWS, COLUMNS], bytes: bytesOf(large) },
      { name: 'b.small', dtype: 'F32', shape: [2, 2], bytes: bytesOf(small) },
      { name: 'c.ids', dtype: 'I64', shape: [1], bytes: new Uint8Array(8) },
    ],
    { format: 'pt' },
  );
});

async function merge(name: string, ...flags: string[]) {
  const finished = await runCli([
    ...['merge', source, '--out', out(name), '--names', 'huggingface', '--no-fsync', '--json'],
    ...flags,
  ]);
  return { ...finished, result: JSON.parse(finished.stdout) };
}

describe('merge --dtype', () => {
  test('f16: rounds to nearest, and reports what became infinite and what is NaN', async () => {
    const { code, result } = await merge('f16', '--dtype', 'f16');
    expect(code).toBe(0);
    const [large, small, ids] = ['a.large', 'b.small', 'c.ids'].map((name) =>
      readSafetensors(join(out('f16'), 'model.safetensors')).find((tensor) => tensor.name === name),
    );
    const words = new Uint16Array(Uint8Array.from(large?.bytes ?? []).buffer);
    expect(words.length).toBe(ROWS * COLUMNS);
    // 1 + 2^-9 is whole in F16; -70,000, 1e38 and infinity are not.
    const at = (row: number, column: number) => words[row * COLUMNS + column];
    expect([at(0, 0), at(9000, 6), at(9000, 7), at(9000, 8), at(19_999, 999)]).toEqual([
      ...[0x3c02, 0x3c02, 0xfc00, 0x7c00, 0x7c00],
    ]);
    // NumPy: float16 of 0.1 is 0x2e66, of -65519 0xfbff, of 1e-8 0.
    expect([...new Uint16Array(Uint8Array.from(small?.bytes ?? []).buffer)]).toEqual([
      ...[0x2e66, 0x7e00, 0xfbff, 0],
    ]);
    expect([large?.dtype, small?.dtype, ids?.dtype]).toEqual(['F16', 'F16', 'I64']);
    expect(result.casts).toEqual({
      nans: 1,
      overflows: 2,
      tensorCount: 2,
      tensors: [
        {
          ...{ tensor: 'a.large', from: 'F32', to: 'F16', nans: 0, overflows: 2 },
          firstOverflow: { index: [9000, 7], value: -70_000 },
        },
        { tensor: 'b.small', from: 'F32', to: 'F16', nans: 1, overflows: 0 },
      ],
    });
    expect(result.warnings).toEqual([
      "Tensors of I64 cannot be cast and stay as they are: 'c.ids'.",
      'Casting, in 2 tensors: 2 values became infinite, too large for the new dtype; 1 NaN stayed NaN:',
      "'a.large', F32 to F16: 2 infinite, first [9000, 7] = -70000.",
      "'b.small', F32 to F16: 1 NaN.",
    ]);
  });

  test.each(['1', '4'])(
    '--fail-on-overflow names the first value, with %s threads, and leaves nothing',
    async (threads) => {
      const { code, result, stderr } = await merge(
        `failed-${threads}`,
        ...['--dtype', 'f16', '--fail-on-overflow', '--threads', threads],
      );
      expect(code).toBe(3);
      expect(result.error).toMatchObject({ code: 'CP_OVERFLOW', tensor: 'a.large', found: '-70000' });
      expect(stderr).toContain("'a.large' [9000, 7] is -70000, too large for F16");
      expect(existsSync(out(`failed-${threads}`))).toBe(false);
      expect(readdirSync(scratch.path).filter((name) => name.includes('failed'))).toEqual([]);
    },
  );

  test('bf16 holds what F16 cannot', async () => {
    const { code, result } = await merge('bf16', '--dtype', 'bf16', '--fail-on-overflow');
    expect(code).toBe(0);
    expect(result.casts).toMatchObject({ nans: 1, overflows: 0, tensorCount: 1 });
  });

  test('--dry-run says what is cast', async () => {
    const { result } = await merge('dry', '--dtype', 'bf16', '--dry-run');
    expect(result.facts).toContain('Casts 2 tensors from F32 to BF16.');
    expect(result.commandLine).toContain('--dtype bf16');
    expect(existsSync(out('dry'))).toBe(false);
  });

  test('a pattern that is none is refused as input', async () => {
    const { code, result } = await merge('bad', '--filter-out-regex', '(a');
    expect(code).toBe(2);
    expect(result.error.message).toMatch(/The regular expression \/\(a\/ cannot be used: Unterminated group/);
  });
});
