import type { WeightHeader } from './checkpoint.ts';

/** Metadata key of safetensors, and the mark before the number of a `.ckpt`. */
export const CRC_KEY = 'crc_num';

/** Bytes of a `.ckpt` behind its last value: `crc_num` and a 10-byte big-endian number. */
export const CRC_TRAILER_BYTES = 17;

/** A CRC-32 that a file says about itself. What it is of depends on the format (docs/formats.md). */
export interface StoredCrc {
  readonly format: 'safetensors' | 'ckpt';
  readonly stored: number;
}

/** Where a file that is being written will say its CRC-32: `crcBytes` go there when all else is written. */
export interface CrcPlace {
  readonly format: 'safetensors' | 'ckpt';
  readonly offset: number;
}

/** A `.ckpt` says its CRC in its trailer, safetensors in the metadata. */
export function storedCrc({ format, crc, metadata }: WeightHeader): StoredCrc | undefined {
  const text = metadata.get(CRC_KEY);
  const said = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  const stored = format === 'ckpt' ? crc : said;
  return stored === undefined ? undefined : { format, stored };
}

/** Metadata value that keeps the place of any CRC-32 in a safetensors header. */
export const CRC_PLACEHOLDER = '0000000000';

/** Where the CRC goes in a header that was serialized with `CRC_PLACEHOLDER`. */
export function crcPlaceIn(header: Uint8Array): CrcPlace {
  // Quotes inside a JSON text are escaped, so only the key itself looks like this.
  const key = `"${CRC_KEY}":`;
  const text = new TextDecoder('latin1').decode(header);
  return { format: 'safetensors', offset: text.indexOf(`${key}"${CRC_PLACEHOLDER}"`) + key.length };
}

/**
 * A CRC-32 as each format writes it, in a fixed number of bytes: 10 big-endian, or a JSON text of up to 10 digits
 * with spaces behind it, which JSON allows between any two of its parts.
 */
export function crcBytes(format: CrcPlace['format'], crc: number): Uint8Array {
  if (format === 'safetensors')
    return new TextEncoder().encode(`"${crc}"`.padEnd(CRC_PLACEHOLDER.length + 2));
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint32(6, crc);
  return bytes;
}
