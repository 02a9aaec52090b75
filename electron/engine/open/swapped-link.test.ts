import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { serializeHeader } from '../../../shared/safetensors/serialize.ts';
import { scratchFolder } from '../../../test/cli/run-cli.ts';
import { needs } from '../../../test/needs.ts';
import { createEngine } from '../engine.ts';
import { callOf } from '../sample-engine.ts';

/**
 * A link that leads now into the folder that may be read, now out of it, as fast as it goes: whoever looks where it
 * leads and then opens it opens another file.
 */
const scratch = scratchFolder();
const base = realpathSync(scratch.path);
const place = (...names: string[]) => join(base, ...names);
const engine = createEngine({
  threads: 2,
  info: { host: 'test', platform: 'linux', roots: [place('data')], readOnly: false },
});
const call = callOf(engine);
afterAll(async () => {
  await engine.close();
  scratch.remove();
});
beforeEach((context) => needs(context, 'the place of an open file'));

/** Puts one link in the place of the other until it is told to stop. */
const SWAP = `
  const { renameSync, symlinkSync } = require('node:fs');
  const { workerData: { link, targets, stop } } = require('node:worker_threads');
  for (let i = 0; Atomics.load(stop, 0) === 0; i++) {
    symlinkSync(targets[i % 2], link + '.new');
    renameSync(link + '.new', link);
    // Now and then it stays where it leads, now one way and now the other, for long enough to be read.
    if (i % 101 === 100) Atomics.wait(stop, 0, 0, 4);
  }
`;

beforeAll(() => {
  for (const [name, says] of [
    ['data/run', 'allowed'],
    ['outside', 'secret!'],
  ] as const) {
    mkdirSync(place(name), { recursive: true });
    const value = Buffer.from(says);
    const { bytes } = serializeHeader(
      [{ name: 'w', dtype: 'U8', shape: [value.length], byteLength: value.length }],
      new Map([['says', says]]),
    );
    writeFileSync(place(name, 'model.safetensors'), Buffer.concat([bytes, value]));
  }
});

test.each([
  ['a file', 'model.safetensors', 'link.safetensors', ''],
  ['a folder', '', 'link', 'model.safetensors'],
])(
  '%s that is swapped while it is opened: nothing of the other is ever read',
  async (...[, target, name, below]) => {
    const link = place('data', name);
    const targets = [place('data/run', target), place('outside', target)];
    symlinkSync(targets[0] ?? '', link);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const swapping = new Worker(SWAP, { eval: true, workerData: { link, targets, stop } });
    const codes = new Map<string, number>();
    try {
      const until = performance.now() + 20_000;
      // Enough of both, that the link was swapped at each place of the way.
      for (let i = 0; i < 1000 || (few(codes) && performance.now() < until); i++) {
        const said = await opened(join(link, below));
        expect(said.text).not.toContain('secret');
        codes.set(said.code, (codes.get(said.code) ?? 0) + 1);
      }
    } finally {
      Atomics.store(stop, 0, 1);
      await new Promise((resolve) => swapping.once('exit', resolve));
    }
    expect(few(codes)).toBe(false);
  },
);

const few = (codes: ReadonlyMap<string, number>) =>
  ['read', 'API_FORBIDDEN'].some((code) => (codes.get(code) ?? 0) < 10);

/** What opening it and looking into it told: header, metadata and values. */
async function opened(path: string): Promise<{ code: string; text: string }> {
  let text = '';
  try {
    const { id: checkpoint, metadata } = await call('checkpoint.open', { path });
    text += JSON.stringify(metadata);
    const { values } = await call('tensor.values', { checkpoint, name: 'w' });
    text += Buffer.from(values.map(Number)).toString();
    text += JSON.stringify(await call('file.detail', { checkpoint, path }));
    const { bytes } = await call('file.bytes', { checkpoint, path, offset: 0, length: 1000 });
    text += Buffer.from(bytes).toString();
    return { code: 'read', text };
  } catch (error) {
    return { code: asFault(error).code, text };
  }
}
