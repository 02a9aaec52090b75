import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineAndFolder } from '../sample-engine.ts';

/** Values that get lost where bytes are taken for JavaScript's numbers, or tensors for aligned. */
const { call } = engineAndFolder();
const open = async (name: string) => {
  const path = join(import.meta.dirname, `../../../test/malformed/${name}.safetensors`);
  return (await call('checkpoint.open', { path })).id;
};

test('64-bit integers keep every digit', async () => {
  const checkpoint = await open('ok_i64_extremes');
  const valuesOf = async (name: string) =>
    (await call('tensor.values', { checkpoint, name })).values.map(String);
  expect(await valuesOf('a')).toEqual(['-9223372036854775808', '9007199254740993', '9223372036854775807']);
  expect(await valuesOf('b')).toEqual(['18446744073709551615', '9007199254740993']);
});

test.each([
  ['ok_unaligned_header', { a: 1 }],
  ['ok_unaligned_tensor', { a: 7, b: 1, c: 2.5 }],
])('%s: values and statistics from addresses that are no multiple of the size', async (file, tensors) => {
  const checkpoint = await open(file);
  for (const [name, value] of Object.entries(tensors)) {
    expect((await call('tensor.values', { checkpoint, name })).values, name).toEqual([value]);
    expect(await call('tensor.stats', { checkpoint, name })).toMatchObject({
      min: value,
      max: value,
      mean: value,
    });
  }
});

test('NaN with any payload, infinities, −0 and subnormals are told apart', async () => {
  const checkpoint = await open('ok_nan_inf');
  const { values } = await call('tensor.values', { checkpoint, name: 'a' });
  expect(values).toEqual(['NaN', 'Infinity', '-Infinity', 'NaN', -0, 1.401298464324817e-45]);
  expect(await call('tensor.stats', { checkpoint, name: 'a' })).toMatchObject({
    ...{ nan: 2, positiveInfinity: 1, negativeInfinity: 1, finite: 2, zeros: 1 },
  });
});
