import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { jobOptions } from '../../../shared/job-options.ts';
import { readSafetensorsHeader } from '../../../shared/safetensors/open-header.ts';
import { openCheckpoint } from '../open/open.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { run } from './prepare.ts';

/** Every file of the malformed corpus that is valid is written anew, and has the same in it: names, dtypes, shapes, every bit. */
const MALFORMED = join(import.meta.dirname, '../../../test/malformed');
const { pool, folder } = poolAndFolder();
const valid = readdirSync(MALFORMED).filter((name) => name.startsWith('ok_'));

function contentOf(path: string) {
  const bytes = readFileSync(path);
  const { tensors, metadata, headerLength } = readSafetensorsHeader(
    (offset, length) => bytes.subarray(offset, offset + length),
    bytes.length,
  );
  const sums = tensors.map(({ name, dtype, shape, offset, byteLength }) => {
    const data = bytes.subarray(offset, offset + byteLength);
    return [name, { dtype, shape, sum: createHash('sha256').update(data).digest('hex') }] as const;
  });
  return { tensors: new Map(sums), metadata: new Map(metadata), headerLength };
}

async function merge(path: string, out: string) {
  const options = jobOptions.parse({ job: 'merge', path, out, names: 'huggingface', fsync: false });
  return run(await openCheckpoint(options, { pool }), options, {
    pool,
    signal: new AbortController().signal,
    readStrategy: () => Promise.reject(new Error('no other strategy is read')),
    onProgress: () => {},
  });
}

/** What there is nothing to write of, and a dimension that no job counts with. */
const REFUSED: Readonly<Record<string, string>> = {
  'ok_no_tensors.safetensors': 'CP_EMPTY',
  'ok_no_tensors_with_meta.safetensors': 'CP_EMPTY',
  'ok_shape_u64max_times_zero.safetensors': 'ST_OVERFLOW',
};

test('the corpus has them', () => expect(valid.length).toBeGreaterThan(35));

test.each(valid)('%s', async (name) => {
  const path = join(MALFORMED, name);
  const out = join(folder, basename(name, '.safetensors'));
  if (REFUSED[name] !== undefined) {
    expect(await merge(path, out).catch(asFault)).toMatchObject({ code: REFUSED[name] });
    return;
  }
  await merge(path, out);
  const before = contentOf(path);
  const after = contentOf(join(out, 'model.safetensors'));
  expect(after.tensors).toEqual(before.tensors);
  expect(after.headerLength % 8).toBe(0);
  // Hugging Face's loaders want to know whose tensors these are.
  expect(after.metadata).toEqual(new Map([...before.metadata, ['format', 'pt']]));
});
