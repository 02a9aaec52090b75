import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { needs } from '../../test/needs.ts';
import { findPlace, type PlaceOptions } from './output-place.ts';
import { SampleMounts } from './sample-mounts.ts';
import { writeSource } from './sample-plan.ts';

let folder: string;
/** `ckpt/rank_0` has the source `a.safetensors`. */
let ckpt: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-checks-'));
  ckpt = join(folder, 'ckpt');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const mounts = new SampleMounts();

const CONTENT = new Uint8Array([1, 2, 3, 4]);

function planOf(source = join(ckpt, 'rank_0', 'a.safetensors'), names = ['a.safetensors']): Plan {
  return {
    job: 'merge',
    sources: [writeSource(source, CONTENT)],
    outputs: names.map((path) => ({ path, literals: [], size: 16, tensorCount: 0 })),
    texts: [],
    moves: [],
    warnings: [],
  };
}

async function faultOf(plan: Plan, options: Partial<PlaceOptions> = {}): Promise<Fault> {
  return findPlace(plan, { out: join(folder, 'out'), overwrite: true, ...options }).then(
    () => expect.unreachable('it did not refuse'),
    asFault,
  );
}

function expectSourceKept(): void {
  expect(readdirSync(join(ckpt, 'rank_0'))).toEqual(['a.safetensors']);
  expect([...readFileSync(join(ckpt, 'rank_0/a.safetensors'))]).toEqual([...CONTENT]);
}

describe('an output that is a source, holds one or lies in one is refused, whatever it is called', () => {
  const overlaps: [string, () => string][] = [
    ['the source folder', () => join(ckpt, 'rank_0')],
    ['a folder in it', () => join(ckpt, 'rank_0', 'merged')],
    ['a folder not yet made deep in it', () => join(ckpt, 'rank_0', 'x', 'y')],
    ['the folder above it', () => ckpt],
    ['the same by ..', () => `${ckpt}/rank_0/../rank_0`],
    ['the folder above it by ..', () => `${ckpt}/rank_0/..`],
    [
      'the same by a link',
      () => {
        symlinkSync(join(ckpt, 'rank_0'), join(ckpt, 'link'));
        return join(ckpt, 'link');
      },
    ],
    [
      'a folder in it by a link',
      () => {
        symlinkSync(ckpt, `${ckpt}-link`);
        return join(`${ckpt}-link`, 'rank_0', 'merged');
      },
    ],
  ];
  test.each(overlaps)('%s', async (_, out) => {
    const plan = planOf();
    // Told of the folder, before what is in it is looked at.
    expect(await faultOf(plan, { out: out() })).toMatchObject({
      code: 'OUT_IS_SOURCE',
      message: expect.stringMatching(/^The output folder .* (holds|lies in|is) the source/),
    });
    expectSourceKept();
  });

  test('in capital letters, where case does not count', async (context) => {
    const plan = planOf();
    const out = join(dirname(ckpt), basename(ckpt).toUpperCase(), 'rank_0');
    if (!existsSync(out)) context.skip('letter case counts on this volume');
    expect((await faultOf(plan, { out })).code).toBe('OUT_IS_SOURCE');
    expectSourceKept();
  });

  const mounted: [string, of: () => string, out: (twin: string) => string][] = [
    ['the same', () => join(ckpt, 'rank_0'), (twin) => twin],
    ['a folder in it', () => join(ckpt, 'rank_0'), (twin) => join(twin, 'merged')],
    ['the folder above it', () => ckpt, (twin) => twin],
    ['a folder in it, from above', () => ckpt, (twin) => join(twin, 'rank_0', 'merged')],
  ];
  test.for(mounted)('%s, mounted a second time', async ([, of, out], context) => {
    const plan = planOf();
    const twin = join(folder, 'twin');
    mounts.bind(context, of(), twin);
    expect((await faultOf(plan, { out: out(twin) })).code).toBe('OUT_IS_SOURCE');
    expectSourceKept();
  });

  test('a folder that can be named as the one not to write into', async () => {
    const plan = planOf();
    const out = join(ckpt, 'merged');
    expect((await faultOf(plan, { out, sourceFolders: [ckpt] })).code).toBe('OUT_IS_SOURCE');
    const place = await findPlace(plan, { out, overwrite: true });
    expect(place.target).toBe(out);
  });
});

describe('overwriting removes what is there, so nothing there may be a source', () => {
  test('a source that is opened at the second place where its folder is mounted', async (context) => {
    const out = join(folder, 'out');
    planOf(join(out, 'ckpt', 'a.safetensors'));
    mounts.bind(context, join(out, 'ckpt'), join(folder, 'twin'));
    const fault = await faultOf(planOf(join(folder, 'twin', 'a.safetensors')), { out });
    expect(fault).toMatchObject({ code: 'OUT_IS_SOURCE', file: join(out, 'ckpt', 'a.safetensors') });
    expect([...readFileSync(join(out, 'ckpt/a.safetensors'))]).toEqual([...CONTENT]);
  });

  test('a hard link to a source', async () => {
    const plan = planOf();
    const out = join(folder, 'out');
    mkdirSync(out);
    linkSync(join(ckpt, 'rank_0/a.safetensors'), join(out, 'a.safetensors'));
    const fault = await faultOf(plan, { out });
    expect(fault).toMatchObject({ code: 'OUT_IS_SOURCE', file: join(out, 'a.safetensors') });
    expect(fault.message).toContain(join(ckpt, 'rank_0/a.safetensors'));
    expectSourceKept();
  });

  test('weights with a name that is not UTF-8 are of no job', async (context) => {
    needs(context, 'names that are not UTF-8');
    const plan = planOf();
    const out = join(folder, 'out');
    mkdirSync(out);
    const name = Buffer.concat([Buffer.from(`${out}/x`), Buffer.of(0xff), Buffer.from('.safetensors')]);
    writeFileSync(name, CONTENT);
    expect(await faultOf(plan, { out })).toMatchObject({
      code: 'OUT_EXISTS',
      found: 'x\ufffd.safetensors',
    });
  });

  test('a copy, and a symbolic link, are only what they are', async () => {
    const plan = planOf();
    const out = join(folder, 'out');
    mkdirSync(out);
    writeFileSync(join(out, 'a.safetensors'), CONTENT);
    symlinkSync(join(ckpt, 'rank_0/a.safetensors'), join(out, 'b.safetensors'));
    expect((await findPlace(plan, { out, overwrite: true })).existing).toBe('content');
  });
});

test.each([
  ['../evil.safetensors', 'IX_PATH'],
  ['/evil.safetensors', 'IX_PATH'],
  ['x//evil.safetensors', 'IX_PATH'],
  ['C:evil.safetensors', 'IX_PATH'],
  ['x\\evil.safetensors', 'IX_PATH'],
  ['A.safetensors', 'OUT_EXISTS'],
  ['a.SAFETENSORS/b', 'OUT_EXISTS'],
])('an output named %s beside a.safetensors is refused: %s', async (name, code) => {
  const plan = planOf(undefined, ['a.safetensors', name]);
  expect((await faultOf(plan)).code).toBe(code);
  expect(readdirSync(folder)).toEqual(['ckpt']);
});
