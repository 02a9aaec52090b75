import { expect, test } from 'vitest';
import type { WeightHeader } from './checkpoint.ts';
import { readSafetensorsHeader } from './safetensors/open-header.ts';
import { serializeHeader } from './safetensors/serialize.ts';
import { CRC_KEY, CRC_PLACEHOLDER, crcBytes, crcPlaceIn, storedCrc } from './stored-crc.ts';

test.each([0, 7, 4_072_799_866])('a safetensors header takes the CRC-32 %i in its place', (crc) => {
  // Names and texts that look like the place, or shift it: none of them is it.
  const metadata = new Map([
    ['note', `"${CRC_KEY}":"${CRC_PLACEHOLDER}"`],
    ['héé', CRC_PLACEHOLDER],
    [CRC_KEY, CRC_PLACEHOLDER],
  ]);
  const { bytes, size } = serializeHeader(
    [{ name: CRC_KEY, dtype: 'U8', shape: [], byteLength: 1 }],
    metadata,
  );
  const { format, offset } = crcPlaceIn(bytes);
  bytes.set(crcBytes(format, crc), offset);
  const file = new Uint8Array(size);
  file.set(bytes);
  const header = readSafetensorsHeader((at, length) => file.subarray(at, at + length), size);
  expect([...header.metadata]).toEqual([...metadata].with(2, [CRC_KEY, String(crc)]));
  expect(storedCrc(header)).toEqual({ format: 'safetensors', stored: crc });
});

test('a .ckpt has ten bytes, big-endian', () => {
  expect([...crcBytes('ckpt', 0x7f010203)]).toEqual([0, 0, 0, 0, 0, 0, 0x7f, 1, 2, 3]);
});

test('what is no number is no CRC-32', () => {
  const header: WeightHeader = {
    ...{ format: 'safetensors', tensors: [], headerLength: 8, notes: [] },
    metadata: new Map([[CRC_KEY, 'twelve']]),
  };
  expect(storedCrc(header)).toBeUndefined();
});
