import { bitsOf } from '../dtype.ts';
import { refuse } from '../errors.ts';
import type { HeaderEntry } from './entries.ts';
import { ADVICE, bytesOf, quoted } from './faults.ts';

/** By begin, then end, so that an empty tensor comes before the one that begins where it does. */
export function inDataOrder(entries: readonly HeaderEntry[]): readonly HeaderEntry[] {
  let previous: HeaderEntry | undefined;
  for (const entry of entries) {
    if (previous !== undefined && compareOffsets(previous, entry) > 0)
      return entries.toSorted(compareOffsets);
    previous = entry;
  }
  return entries;
}

function compareOffsets(a: HeaderEntry, b: HeaderEntry): number {
  return a.begin - b.begin || a.end - b.end;
}

/**
 * Rules 8 to 11 of tensor.rs: entries in data order tile the data without hole or overlap, each as long as its
 * dtype and shape say. Returns the length of the data in bytes.
 */
export function checkTiling(ordered: readonly HeaderEntry[]): number {
  let position = 0;
  for (const entry of ordered) {
    const { name, begin, end } = entry;
    if (begin !== position) {
      const gap = begin > position;
      const how = `${gap ? 'a hole' : 'an overlap'} of ${bytesOf(Math.abs(begin - position))}`;
      refuse(
        'ST_OFFSETS',
        `tensor ${quoted(name)} begins at data byte ${begin}, not at ${position} where the data before it ends: ${how}`,
        ADVICE.writer,
        { tensor: name, expected: String(position), found: String(begin) },
      );
    }
    if (end < begin)
      refuse(
        'ST_OFFSETS',
        `tensor ${quoted(name)} ends at data byte ${end}, before it begins at ${begin}`,
        ADVICE.writer,
        { tensor: name, expected: `at least ${begin}`, found: String(end) },
      );
    const needed = byteLengthOf(entry);
    if (end - begin !== needed) refuseLength(entry, needed);
    position = end;
  }
  return position;
}

/** Bytes that shape and dtype need; a bigint above 2^53. Overflow as in tensor.rs: u64, left to right, then bits. */
function byteLengthOf(entry: HeaderEntry): number | bigint {
  const bits = bitsOf(entry.dtype);
  let total = 1;
  for (const dim of entry.shape) {
    if (typeof dim === 'string') return exactByteLengthOf(entry);
    total *= dim;
    if (total > Number.MAX_SAFE_INTEGER) return exactByteLengthOf(entry);
  }
  total *= bits;
  if (total > Number.MAX_SAFE_INTEGER) return exactByteLengthOf(entry);
  if (total % 8 !== 0) refuseMisaligned(entry, total);
  return total / 8;
}

function exactByteLengthOf(entry: HeaderEntry): bigint | number {
  const limit = 2n ** 64n;
  let total = 1n;
  for (const dim of [...entry.shape, bitsOf(entry.dtype)]) {
    total *= BigInt(dim);
    if (total >= limit) {
      const needs = `${shapeWords(entry)} ${entry.dtype}`;
      refuse(
        'ST_OVERFLOW',
        `tensor ${quoted(entry.name)} has shape ${needs}: its size in bits is above 2^64 - 1`,
        ADVICE.writer,
        { tensor: entry.name, expected: 'less than 2^64 bits', found: needs },
      );
    }
  }
  if (total % 8n !== 0n) refuseMisaligned(entry, total);
  return total === 0n ? 0 : total / 8n;
}

function refuseMisaligned(entry: HeaderEntry, bits: number | bigint): never {
  return refuse(
    'ST_MISALIGNED',
    `tensor ${quoted(entry.name)} has shape ${shapeWords(entry)} ${entry.dtype}: ${bits} bits are not whole bytes`,
    ADVICE.writer,
    { tensor: entry.name, expected: 'a multiple of 8 bits', found: `${bits} bits` },
  );
}

function refuseLength(entry: HeaderEntry, needed: number | bigint): never {
  const found = entry.end - entry.begin;
  return refuse(
    'ST_SIZE_MISMATCH',
    `tensor ${quoted(entry.name)} has shape ${shapeWords(entry)} ${entry.dtype} and needs ${bytesOf(needed)}, its offsets give it ${found}`,
    ADVICE.writer,
    { tensor: entry.name, expected: bytesOf(needed), found: bytesOf(found) },
  );
}

/** "[2, 3]", cut where a hostile header has thousands of dimensions. */
function shapeWords({ shape }: HeaderEntry): string {
  const shown = shape.slice(0, 12).join(', ');
  return shape.length > 12 ? `[${shown}, … ${shape.length} dimensions]` : `[${shown}]`;
}
