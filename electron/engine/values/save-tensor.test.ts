import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { asFault, type Fault } from '../../../shared/errors.ts';
import { engineAndFolder } from '../sample-engine.ts';
import { writeGolden } from './golden.ts';

const { folder, call } = engineAndFolder();
/** What is opened is a link to it, as in Hugging Face's cache. */
const blob = join(folder, 'blobs', 'golden');
const source = join(folder, 'golden.safetensors');
let checkpoint = '';
beforeAll(async () => {
  mkdirSync(join(folder, 'blobs'));
  writeGolden(blob);
  symlinkSync(blob, source);
  linkSync(blob, join(folder, 'twin.csv'));
  checkpoint = (await call('checkpoint.open', { path: source })).id;
});

function save(out: string, overwrite = false) {
  return call('tensor.save', { checkpoint, name: 'F32', slice: '[0, 7]', format: 'csv', out, overwrite });
}

async function refusal(run: Promise<unknown>): Promise<Fault> {
  return run.then(
    () => expect.unreachable('it did not refuse'),
    (error: unknown) => asFault(error),
  );
}

test('an existing file stays unless overwriting is allowed', async () => {
  const out = join(folder, 'taken.csv');
  writeFileSync(out, 'mine');
  expect(await refusal(save(out))).toMatchObject({ code: 'OUT_EXISTS', file: out });
  expect(readFileSync(out, 'utf8')).toBe('mine');
  await save(out, true);
  expect(readFileSync(out, 'utf8')).toBe('0.30000001192092896\n');
});

describe('a source stays in any case', () => {
  const names: [string, () => string][] = [
    ['by its name', () => source],
    ['by that of the file which it is a link to', () => blob],
    ['by ..', () => `${folder}/blobs/../golden.safetensors`],
    ['by a hard link', () => join(folder, 'twin.csv')],
  ];
  test.each(names)('%s', async (_, out) => {
    const before = readFileSync(blob);
    expect(await refusal(save(out(), true))).toMatchObject({ code: 'OUT_IS_SOURCE' });
    expect(readFileSync(blob).equals(before)).toBe(true);
  });
});

test('what cannot be written is one clear error that names the file, and nothing is left', async () => {
  const long = join(folder, 'blobs', `${'n'.repeat(250)}.csv`);
  expect(await refusal(save(long))).toMatchObject({
    code: 'IO_NOT_FOUND',
    file: long,
    found: 'ENAMETOOLONG',
  });
  const inFile = join(blob, 'x.csv');
  expect(await refusal(save(inFile))).toMatchObject({ code: 'IO_NOT_FOUND', found: 'ENOTDIR' });
  expect(readdirSync(join(folder, 'blobs'))).toEqual(['golden']);
});
