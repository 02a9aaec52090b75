import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from 'playwright/test';
import { writeRun } from '../../build/bench/checkpoints.ts';
import { startHostProcess } from '../../build/host.ts';
import type { LlamaSize } from '../../build/sample/llama.ts';
import { readSafetensorsHeader } from '../../shared/safetensors/open-header.ts';
import { launchDesktop } from '../electron-double/launch.ts';

/**
 * The whole way of a person with a folder of rank files, once in each host: open, filter, read, merge with
 * progress, cancel another merge, open the result. On 0.7 GB, so that there is progress to see.
 */
const SIZE: LlamaSize = { hidden: 1024, kv: 512, ffn: 2816, vocabulary: 16_000, layers: 3 };

const test = base.extend<object, { size: LlamaSize; run: { scratch: string; output: string } }>({
  size: [SIZE, { option: true, scope: 'worker' }],
  run: [
    async ({ size }, use) => {
      const scratch = await mkdtemp(join(tmpdir(), 'shardscope-main-job-'));
      const output = join(scratch, 'output');
      await writeRun(output, size);
      await use({ scratch, output });
      await rm(scratch, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
});

/** How a host is told where to write: the dialog's own field, or the desktop's system dialog. */
type Into = (dialog: ReturnType<Page['getByRole']>, out: string) => Promise<void>;

async function mainJob(page: Page, scratch: string, name: string, into: Into): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click();
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('layers.1.feed_forward.w2 !adam');
  const row = page.getByRole('treegrid', { name: 'Tensors' }).getByRole('row', { name: /w2\.weight/ });
  await expect(row.getByRole('gridcell')).toHaveText(['BF16', '1024 × 2816', '5.5 MiB', '4 slices × 2']);

  const bar = await watchProgress(page);
  await startMerge(page, into, join(scratch, name));
  await expect(page.getByText(/4 files, .* written in .* and checked\./).first()).toBeVisible({
    timeout: 60_000,
  });
  const seen = (await bar()).filter((value) => value > 0 && value < 100);
  expect(new Set(seen).size, `progress: ${seen}`).toBeGreaterThan(2);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));

  const before = (await readdir(scratch)).sort();
  expect(before).toContain(name);
  await startMerge(page, into, join(scratch, `${name}-cancelled`));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Cancelled. Nothing was left behind.')).toBeVisible();
  expect((await readdir(scratch)).sort()).toEqual(before);

  await page.getByRole('button', { name: /^\d jobs/ }).click();
  await page.getByRole('dialog', { name: 'Jobs' }).getByRole('button', { name: 'Open result' }).click();
  await expect(page.getByRole('region', { name: 'Open checkpoint' })).toContainText('Complete');
  const views = page.getByRole('navigation', { name: 'Views' });
  await expect(views.getByRole('button', { name: /^Tensors/ })).toContainText('95');
}

async function startMerge(page: Page, into: Into, out: string): Promise<void> {
  await page.getByRole('button', { name: 'Merge into one model' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge 8 ranks into one model' });
  await into(dialog, out);
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(dialog).toBeHidden();
}

/** Notes every value that the job's progress bar shows, in per cent. */
async function watchProgress(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seenProgress: seen });
    const look = () => {
      const value = Number(document.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow'));
      if (value !== seen.at(-1)) seen.push(value);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { seenProgress: number[] }).seenProgress);
}

/** The merged file has the bytes of every rank: one parameter cut by rows and one by columns, put together here. */
async function expectMerged(output: string, merged: string): Promise<void> {
  for (const [name, cut] of [
    ['model.layers.2.feed_forward.w1.weight', 0],
    ['model.layers.2.feed_forward.w2.weight', 1],
  ] as const) {
    const whole = await readTensor(join(merged, 'part0.safetensors'), name);
    const slices = await Promise.all(
      [0, 1, 2, 3].map((rank) =>
        readTensor(join(output, `checkpoint/rank_${rank}/llama_rank_${rank}-1_100.safetensors`), name),
      ),
    );
    const rows = cut === 0 ? 1 : (whole.shape[0] ?? 0);
    const together = Array.from({ length: rows }, (_, row) =>
      slices.map(({ bytes }) =>
        bytes.subarray((row * bytes.length) / rows, ((row + 1) * bytes.length) / rows),
      ),
    ).flat();
    expect(sha256(Buffer.concat(together)), name).toBe(sha256(whole.bytes));
  }
}

async function readTensor(file: string, name: string): Promise<{ shape: readonly number[]; bytes: Buffer }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Buffer.alloc(Math.min(size, 1024 ** 2));
    await handle.read(start, 0, start.length, 0);
    const header = readSafetensorsHeader((offset, length) => start.subarray(offset, offset + length), size);
    const tensor = header.tensors.find((one) => one.name === name);
    if (tensor === undefined) throw new Error(`${file} has no ${name}`);
    const bytes = Buffer.alloc(tensor.byteLength);
    await handle.read(bytes, 0, bytes.length, tensor.offset);
    return { shape: tensor.shape.map(Number), bytes };
  } finally {
    await handle.close();
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('in the browser host', async ({ page, run: { scratch, output } }) => {
  const host = await startHostProcess(output, join(scratch, 'state'));
  try {
    await page.goto(host.url);
    await mainJob(page, scratch, 'merged', async (dialog, out) => {
      await dialog.getByRole('textbox', { name: 'Into' }).fill(out);
    });
    await expectMerged(output, join(scratch, 'merged'));
  } finally {
    await host.stop();
  }
});

test('in the desktop window', async ({ run: { scratch, output } }) => {
  const name = 'merged from the window';
  const dialogAnswers = [join(scratch, name), join(scratch, `${name}-cancelled`)];
  const desktop = await launchDesktop({ args: [output], dialogAnswers });
  try {
    await mainJob(desktop.page, scratch, name, async (dialog, out) => {
      await dialog.getByRole('button', { name: 'Choose…' }).click();
      await expect(dialog.getByRole('textbox', { name: 'Into' })).toHaveValue(out);
    });
    await expectMerged(output, join(scratch, name));
    const bars = desktop.called('setProgressBar').map(([part]) => Number(part));
    expect(bars.some((part) => part > 0 && part < 1)).toBe(true);
    expect(bars.at(-1)).toBe(-1);
  } finally {
    await desktop.close();
  }
});
