import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/units.ts';
import { removeFolder } from '../bundles.ts';
import { BenchPage, type Frames } from './browser.ts';
import { writeManyRanks, writeManySaves, writeManyTensors } from './checkpoints.ts';
import { median } from './measure.ts';
import { writeNormals } from './normals.ts';
import type { Report } from './report.ts';

/** Decimal, as the aim of 600 MB is. */
const MB = 1_000_000;
/** Pixels in a second, as a hand on a touchpad scrolls at most. */
const SPEED = 3000;
const DISTANCE = 6000;
const WHEEL_STEPS = 12;

/** What a person sees of large checkpoints, in the real page in Chromium, beside what it should be. */
export async function benchPage(report: Report, folder: string): Promise<void> {
  await benchRanks(report, join(folder, 'ranks'));
  await benchTensors(report, join(folder, 'tensors'));
  await benchHeatmap(report, join(folder, 'heatmap'));
  await benchSaves(report, join(folder, 'saves'));
}

async function benchRanks(report: Report, folder: string): Promise<void> {
  const { ranks, tensors } = await writeManyRanks(folder);
  const size = `${ranks} ranks × ${tensors} tensors`;
  await onPage(folder, folder, async (bench) => {
    const opened = await bench.open(`#/tensors?path=${folder}`, () =>
      usable(bench, 'layers.77.', '10 of 1,000'),
    );
    report.add({
      what: `page: ${size} usable`,
      seconds: opened,
      note: 'rows and filter',
      ...atMost(opened, 3),
    });
    const drawn = await bench.open(`#/ranks?path=${folder}`, () =>
      bench.page
        .getByRole('grid')
        .getByRole('rowheader', { name: /layers/ })
        .first()
        .waitFor(),
    );
    report.add({ what: '  its rank matrix', seconds: drawn, note: 'opened anew', ...atMost(drawn, 3) });
    for (const [way, x, y] of WAYS) addFrames(report, `  scrolled ${way}`, await scrolled(bench, x, y), 0.05);
    await addMemory(report, bench, 600 * MB);
  });
}

const WAYS = [
  ['down', 0, 1],
  ['across', 1, 0],
  ['diagonally', 1, 1],
] as const;

async function scrolled(bench: BenchPage, x: number, y: number): Promise<Frames> {
  // Once to warm up: the first time compiles what scrolling runs.
  await bench.scroll('[role=grid]', x * 900, y * 900, SPEED);
  const frames = await bench.scroll('[role=grid]', x * DISTANCE, y * DISTANCE, SPEED);
  await bench.page.getByRole('grid').evaluate((grid) => grid.scrollTo(0, 0));
  return frames;
}

async function benchTensors(report: Report, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const count = 497_000;
  const path = join(folder, 'model.safetensors');
  await writeManyTensors(
    path,
    count,
    (i) => `model.layers.${Math.floor(i / 497)}.experts.${i % 497}.w1.weight`,
  );
  await onPage(path, folder, async (bench) => {
    const opened = await bench.open(`#/tensors?path=${path}&layout=flat`, () =>
      usable(bench, 'layers.77.', '497 of 497,000'),
    );
    report.add({
      what: 'page: a header of 497,000 tensors usable',
      seconds: opened,
      note: 'rows and filter',
      ...atMost(opened, 5),
    });
    await addMemory(report, bench, 600 * MB);
  });
}

async function benchHeatmap(report: Report, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'values.safetensors');
  await writeNormals(path, 32_000);
  await onPage(path, folder, async (bench) => {
    await bench.open(`#/values?path=${path}&tensor=values`, () =>
      bench.page.getByRole('grid', { name: 'Values' }).getByRole('gridcell').first().waitFor(),
    );
    const asked: number[] = [];
    for (let i = 0; i < 3; i++) {
      await bench.page.getByRole('tab', { name: 'Values' }).click();
      const tab = bench.page.getByRole('tab', { name: 'Heatmap' });
      asked.push(
        await bench.secondsUntilDrawn(
          () => tab.click(),
          () => drawn(bench),
        ),
      );
    }
    const seconds = median(asked);
    report.add({
      what: 'page: heatmap of 32,000 × 8,192 F32',
      seconds,
      all: asked,
      note: 'asked until every value is in it',
      ...atMost(seconds, 1),
    });
    const { frames, delays } = await bench.wheel('button:has(canvas)', WHEEL_STEPS);
    addFrames(report, '  zoomed with the wheel', frames, 0.05);
    const slowest = Math.max(...delays);
    report.add({
      what: '  wheel until the picture follows',
      seconds: slowest,
      all: delays,
      note: `the slowest of ${delays.length}`,
      ...atMost(slowest, 0.1),
    });
    await addMemory(report, bench, 600 * MB);
  });
}

/** The picture is there with its legend, and every value is in it: nothing is said about rows to come. */
async function drawn({ page }: BenchPage): Promise<void> {
  await page.getByRole('img', { name: 'Colours from' }).waitFor();
  await page.getByText('The wheel zooms, dragging moves.').waitFor();
}

async function benchSaves(report: Report, folder: string): Promise<void> {
  report.say('writing 200 saves of 1,024 ranks …');
  const { ranks, saves } = await writeManySaves(folder);
  await onPage(folder, folder, async (bench) => {
    const place = `#/saves?path=${folder}`;
    const shown = await bench.open(place, () =>
      bench.page.getByRole('grid').getByRole('rowheader', { name: '5', exact: true }).waitFor(),
    );
    const what = `page: training saves, ${ranks} ranks × ${saves} saves`;
    report.add({ what, seconds: shown, note: 'by their names', ...atMost(shown, 3) });
    const read = await bench.open(place, () =>
      bench.page.getByRole('heading', { name: 'Training can resume' }).waitFor({ timeout: 120_000 }),
    );
    report.add({ what: '  every header of them read', seconds: read, note: 'while the matrix is usable' });
    for (const [way, x, y] of WAYS) addFrames(report, `  scrolled ${way}`, await scrolled(bench, x, y), 0.05);
  });
}

/** Opens a page on a path, and removes what was generated for it. */
async function onPage(path: string, folder: string, run: (bench: BenchPage) => Promise<void>): Promise<void> {
  const bench = await BenchPage.start(path, join(folder, '..', 'state'));
  try {
    await run(bench);
  } finally {
    await bench.stop();
    await removeFolder(folder);
  }
}

/** The first rows are there, and typing in the filter changes them. */
async function usable({ page }: BenchPage, filter: string, found: string): Promise<void> {
  await page.getByRole('treegrid', { name: 'Tensors' }).getByRole('row').nth(1).waitFor();
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill(filter);
  await page.getByText(found).waitFor();
}

function addFrames(report: Report, what: string, frames: Frames, limit: number): void {
  const { longest, p99, count, longestTask, cpu } = frames;
  const note = [
    `longest of ${count} frames; 99 % at most ${milliseconds(p99)}`,
    `${milliseconds(cpu)} of CPU a frame`,
    longestTask > 0 && `longest task ${milliseconds(longestTask)}`,
  ];
  report.add({ what, seconds: longest, note: note.filter(Boolean).join(', '), ...atMost(longest, limit) });
}

async function addMemory(report: Report, bench: BenchPage, limit: number): Promise<void> {
  const { heap, resident } = await bench.memory();
  const peakBytes = resident ?? heap;
  report.add({
    what: '  memory of the page',
    peakBytes,
    note: `${formatBytes(heap)} of it JavaScript's`,
    aim: { limit: formatBytes(limit), met: peakBytes <= limit },
  });
}

function atMost(seconds: number, limit: number) {
  return { aim: { limit: limit < 1 ? milliseconds(limit) : `${limit} s`, met: seconds <= limit } };
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
}
