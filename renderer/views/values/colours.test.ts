import { expect, test } from 'vitest';
import { COLOUR_MAP_NAMES, domainOf, paint, tableOf } from './colours.ts';

const VALUES = Float32Array.of(-1, 0, 3, Number.NaN);

test('a symmetric map has zero in its middle, others go from least to greatest', () => {
  expect(domainOf('red-blue', VALUES)).toEqual([-3, 3]);
  expect(domainOf('viridis', VALUES)).toEqual([-1, 3]);
  expect(domainOf('viridis', Float32Array.of(Number.NaN))).toEqual([0, 0]);
});

test('every map begins and ends in colours of its own', () => {
  for (const name of COLOUR_MAP_NAMES) {
    const table = tableOf(name);
    expect(table.slice(0, 3), name).not.toEqual(table.slice(-3));
  }
});

test('values take their place on the map; NaN and Inf have their own colours', () => {
  const flags = Uint8Array.of(0, 0, 0, 1, 2);
  const pixels = paint(Float32Array.of(-3, 0, 3, 0, 0), flags, 'greys', [-3, 3]);
  const colour = (i: number) => [...pixels.slice(4 * i, 4 * i + 4)];
  expect(colour(0)).toEqual([255, 255, 255, 255]);
  expect(colour(2)).toEqual([0, 0, 0, 255]);
  expect(colour(1)[0]).toBeGreaterThan(100);
  expect(colour(3)).toEqual([0xff, 0x00, 0xd4, 255]);
  expect(colour(4)).toEqual([0x00, 0xe6, 0x76, 255]);
});

test('one value everywhere is the middle of the map', () => {
  const pixels = paint(Float32Array.of(5), Uint8Array.of(0), 'greys', [5, 5]);
  expect(pixels[0]).toBe(tableOf('greys')[3 * 128]);
});
