import { createHash } from 'node:crypto';
import type { WeightHeader } from '../../../shared/checkpoint.ts';
import { scanCheckpoint } from '../../../shared/ckpt/frames.ts';
import { asFault, type Fault, withFile } from '../../../shared/errors.ts';
import { readHeaderLength } from '../../../shared/safetensors/header.ts';
import { readSafetensorsHeader } from '../../../shared/safetensors/open-header.ts';
import { type PackedHeader, packHeader } from './packed-header.ts';
import { readAt, withOpen } from './read-bytes.ts';

/**
 * What became of one path: read, with the index of its header, or refused. A file cut short has both where it
 * was asked to be salvaged: its header lists what should be there.
 */
export type HeaderOutcome =
  | {
      readonly path: string;
      readonly size: number;
      readonly identity: string;
      readonly header: number;
      readonly fault?: Fault;
    }
  | { readonly path: string; readonly fault: Fault; readonly header?: never };

/** A header and the digest of the bytes (and file size) that it came from: equal digests, equal headers. */
export interface DistinctHeader {
  readonly digest: string;
  readonly header: PackedHeader;
}

export interface ReadHeadersResult {
  /** One per path, in order. */
  readonly files: readonly HeaderOutcome[];
  readonly headers: readonly DistinctHeader[];
}

/**
 * Reads the headers of weight files on a worker thread. The ranks of a pipeline stage have the same header byte
 * for byte, so each distinct one is parsed and sent to the main thread once: 1,024 ranks of 1,000 tensors are
 * a million entries otherwise.
 *
 * @param options `roots`: folders that links must not lead out of, none means no limit; `salvage`: give the
 *   header of a file that is too short or too long together with its fault
 */
export function readHeaders(
  paths: readonly string[],
  { roots = [], salvage = false }: { readonly roots?: readonly string[]; readonly salvage?: boolean } = {},
): ReadHeadersResult {
  const headers: DistinctHeader[] = [];
  const known = new Map<string, number>();
  const add = (digest: string, parse: () => WeightHeader): number => {
    let index = known.get(digest);
    if (index === undefined) {
      index = headers.push({ digest, header: packHeader(parse()) }) - 1;
      known.set(digest, index);
    }
    return index;
  };
  const files = paths.map((path): HeaderOutcome => {
    try {
      return withOpen(path, roots, ({ fd, size, identity }) => {
        const { digest, parse } = withFile(path, () =>
          (path.endsWith('.ckpt') ? readCkpt : readSafetensors)(fd, size),
        );
        const place = { path, size, identity };
        try {
          return { ...place, header: add(digest, () => withFile(path, () => parse(false))) };
        } catch (error) {
          const fault = asFault(error);
          if (!salvage || (fault.code !== 'ST_TRUNCATED' && fault.code !== 'ST_TRAILING')) throw error;
          return { ...place, header: add(digest, () => parse(true)), fault };
        }
      });
    } catch (error) {
      return { path, fault: asFault(error) };
    }
  });
  return { files, headers };
}

interface Raw {
  readonly digest: string;
  parse(salvage: boolean): WeightHeader;
}

/** Reads 8 bytes, then the header: a length that is not possible is refused before anything is allocated. */
function readSafetensors(fd: number, size: number): Raw {
  const first = readAt(fd, 0, 8);
  let json: Uint8Array | undefined;
  try {
    json = readAt(fd, 8, readHeaderLength(first, size));
  } catch {
    // `readSafetensorsHeader` refuses it again, and says what the file is instead.
  }
  const read = (offset: number, length: number) =>
    offset === 8 && length === json?.length ? json : readAt(fd, offset, length);
  return {
    digest: createHash('sha256')
      .update(`safetensors ${size} `)
      .update(json ?? first)
      .digest('base64'),
    parse: (salvage) => readSafetensorsHeader(read, size, { salvage }),
  };
}

/** Contents differ from rank to rank, frames do not: the digest is of what scanning made of them. */
function readCkpt(fd: number, size: number): Raw {
  const header = scanCheckpoint((offset, length) => readAt(fd, offset, length), size);
  const { tensors, metadata, notes, crc } = header;
  const said = JSON.stringify([size, crc, notes, [...metadata], tensors]);
  return { digest: createHash('sha256').update('ckpt ').update(said).digest('base64'), parse: () => header };
}
