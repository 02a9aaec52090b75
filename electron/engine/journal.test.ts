import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JOURNAL_NAME, Journal, readJournal } from './journal.ts';
import type { Copied } from './tasks.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const HEAD = { buffer: 4096, files: [0, 2] };
const copied: Copied = {
  checksums: Uint32Array.of(1, 0xffff_ffff),
  casts: new Map([[1, { nans: 2, overflows: 1, first: { index: [0, 3], value: 70_000 } }]]),
  differences: [],
  bytesCompared: 12,
};
const path = () => join(folder, JOURNAL_NAME);

test('what was noted is read again: portions by their numbers, the outcome', async () => {
  const journal = await Journal.create(folder, HEAD);
  const outcome = { sums: { pieces: Uint32Array.of(7, 8), files: [9] }, differences: [] };
  await Promise.all([journal.add(3, copied), journal.add(0, { ...copied, casts: new Map() })]);
  await journal.addOutcome(outcome);
  await journal.close();
  expect(await readJournal(folder)).toEqual({
    head: HEAD,
    portions: new Map([
      [3, { portion: 3, ...copied }],
      [0, { portion: 0, ...copied, casts: new Map() }],
    ]),
    outcome,
  });
});

test('a line that its writer was killed in costs itself, and not the first that is noted behind it', async () => {
  const journal = await Journal.create(folder, HEAD);
  await journal.add(0, copied);
  await journal.close();
  appendFileSync(path(), '{"portion":1,"checks');
  const again = await Journal.reopen(folder);
  await again.add(2, copied);
  await again.close();
  expect([...((await readJournal(folder))?.portions.keys() ?? [])]).toEqual([0, 2]);
});

test('lines that no job writes count as nothing', async () => {
  const journal = await Journal.create(folder, HEAD);
  await journal.add(0, copied);
  await journal.close();
  const [, line = ''] = readFileSync(path(), 'utf8').split('\n');
  const others = [{ checksums: 'AAAA' }, { checksums: '?' }, { portion: -1 }, { casts: {} }];
  for (const other of others)
    appendFileSync(path(), `${JSON.stringify({ ...JSON.parse(line), portion: 5, ...other })}\n`);
  appendFileSync(path(), `${JSON.stringify({ sums: { pieces: 'AAAA', files: [] } })}\nnull\n[]\n`);
  const found = await readJournal(folder);
  expect([...(found?.portions.keys() ?? [])]).toEqual([0]);
  expect(found?.outcome).toBeUndefined();
});

test('without a whole first line there is no journal', async () => {
  expect(await readJournal(folder)).toBeUndefined();
  for (const head of ['', '{"buffer":40', '{"buffer":0}\n', '{"files":[0]}\n']) {
    writeFileSync(path(), head);
    expect(await readJournal(folder), head).toBeUndefined();
  }
});
