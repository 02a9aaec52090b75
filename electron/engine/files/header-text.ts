import type { WeightHeader } from '../../../shared/checkpoint.ts';
import { scanCheckpoint } from '../../../shared/ckpt/frames.ts';
import { mindSporeNameOf } from '../../../shared/dtype.ts';
import { refuse, withFile } from '../../../shared/errors.ts';
import { readHeaderLength } from '../../../shared/safetensors/header.ts';
import { PREFIX_LENGTH } from '../../../shared/safetensors/limits.ts';
import { readStrategyFile } from '../../../shared/strategy/read.ts';
import { writeStrategy } from '../../../shared/strategy/write.ts';
import { type OpenFile, refuseChanged } from '../identity.ts';
import { readAt, withOpen } from '../open/read-bytes.ts';
import { checkSize, readWhole } from '../open/read-files.ts';
import { MAX_STRATEGY_BYTES } from '../open/read-strategies.ts';

/** A JSON text that says what a file's header says: where it lies in the file, or made from it. */
export type HeaderText = {
  readonly path: string;
  readonly identity: string;
  /** Bytes. */
  readonly length: number;
} & (
  | { readonly start: number; readonly bytes?: never }
  | { readonly bytes: Uint8Array; readonly start?: never }
);

/** What is read of a text file, in bytes: as of an index, of which the largest known has 60 MB. */
const MAX_TEXT_BYTES = 250_000_000;

/**
 * Finds the text of a file: a safetensors header and a JSON file as they are, a `.ckpt` by its parameters and a
 * strategy in the JSON form that MindSpore has for it.
 *
 * @throws CP_UNKNOWN_KIND for a file that has none; ST_*, CK_*, SG_*, IX_PARSE (too large), IO_*
 */
export function headerText(path: string, roots: readonly string[]): HeaderText {
  return withOpen(path, roots, (file) =>
    withFile(path, (): HeaderText => {
      const { fd, size, identity } = file;
      const first = readAt(fd, 0, Math.min(PREFIX_LENGTH, size));
      if (path.endsWith('.safetensors'))
        return { path, identity, start: PREFIX_LENGTH, length: readHeaderLength(first, size) };
      if (isText(first)) {
        checkSize(path, size, MAX_TEXT_BYTES);
        return { path, identity, start: 0, length: size };
      }
      if (!path.endsWith('.ckpt'))
        refuse('CP_UNKNOWN_KIND', `${path} has no header to show.`, 'Look at its bytes instead.', {
          file: path,
        });
      const bytes = madeText(path, file, first);
      return { path, identity, bytes, length: bytes.length };
    }),
  );
}

function isText(first: Uint8Array): boolean {
  return /^(\xef\xbb\xbf)?\s*[{[]/.test(String.fromCharCode(...first));
}

function madeText(path: string, { fd, size }: OpenFile, first: Uint8Array): Uint8Array {
  // A strategy begins with field 1 as a number.
  if (first[0] === 0x08)
    return writeStrategy(readStrategyFile(readWhole(path, fd, size, MAX_STRATEGY_BYTES)), true);
  return parametersText(scanCheckpoint((offset, length) => readAt(fd, offset, length), size));
}

/** What a `.ckpt` says, in its own words; `content` is [offset, length] in the file, of each value. */
function parametersText({ tensors, metadata, crc }: WeightHeader): Uint8Array {
  const parameters = tensors.map(({ name, dtype, shape, offset, byteLength, extents }) => {
    const content = (extents ?? [{ offset, length: byteLength }]).map(
      (extent) => `[${extent.offset},${extent.length}]`,
    );
    const type = metadata.get(name) === 'Int4' ? 'Int4' : mindSporeNameOf(dtype);
    return `${JSON.stringify(name)}:{"tensor_type":"${type}","dims":[${shape.join(',')}],"content":[${content.join(',')}]}`;
  });
  const texts = [...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const parts = [
    ...(crc === undefined ? [] : [`"crc_num":${crc}`]),
    ...(texts.length > 0 ? [`"texts":{${texts.join(',')}}`] : []),
    `"parameters":{${parameters.join(',')}}`,
  ];
  return new TextEncoder().encode(`{${parts.join(',')}}`);
}

/** Bytes of the text from which to which. Refuses IO_SOURCE_CHANGED when the file is not what it was. */
export type Span = readonly [from: number, to: number];

export function readSpans(text: HeaderText, spans: readonly Span[], roots: readonly string[]): Uint8Array[] {
  if (text.bytes) {
    const { bytes } = text;
    // Not views: crossing a thread, a view takes all of its buffer along.
    return spans.map(([from, to]) => bytes.slice(from, to));
  }
  const { path, start, identity } = text;
  return withOpen(path, roots, (file) => {
    if (file.identity !== identity) refuseChanged(text, file.identity);
    return spans.map(([from, to]) => readAt(file.fd, start + from, to - from));
  });
}
