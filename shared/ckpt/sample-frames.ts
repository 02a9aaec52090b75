import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { expect } from 'vitest';
import type { WeightHeader } from '../checkpoint.ts';
import { scanCheckpoint } from './frames.ts';

/** For tests: .ckpt files in memory, and files that MindSpore wrote. */

export const FIXTURES = 'test/fixtures/ckpt_formats';

/** Scans a file; fails for a read outside of it. */
export function scan(file: Uint8Array): WeightHeader {
  return scanCheckpoint((offset, length) => {
    expect(offset >= 0 && length > 0 && offset + length <= file.length, `read ${offset}+${length}`).toBe(
      true,
    );
    return file.subarray(offset, offset + length);
  }, file.length);
}

export interface Value {
  readonly tag: string;
  readonly type?: string;
  readonly dims?: readonly (number | bigint)[];
  readonly content?: Uint8Array;
  readonly packed?: boolean;
}

/** A value as MindSpore serializes it. */
export function value({ tag, type = 'Float32', dims = [], content, packed }: Value): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(0x0a).fork();
  writer.uint32(0x0a).string(tag);
  writer.uint32(0x12).fork();
  if (packed) {
    writer.uint32(0x0a).fork();
    for (const dim of dims) writer.int64(dim);
    writer.join();
  } else for (const dim of dims) writer.uint32(0x08).int64(dim);
  writer.uint32(0x12).string(type);
  writer.uint32(0x1a).bytes(content ?? new Uint8Array(dims.reduce<number>((n, dim) => n * Number(dim), 4)));
  return writer.join().join().finish();
}

export function file(...values: (Value | Uint8Array)[]): Uint8Array {
  const frames = new BinaryWriter();
  for (const one of values) frames.raw(one instanceof Uint8Array ? one : value(one));
  return frames.finish();
}

export function utf32(text: string): Uint8Array {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  return new Uint8Array(Uint32Array.from(codes).buffer);
}

export const bytes = (length: number, from = 1) => Uint8Array.from({ length }, (_, i) => (from + i) % 256);
