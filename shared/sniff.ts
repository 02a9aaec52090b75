import { MAX_HEADER_LENGTH } from './safetensors/limits.ts';

/** What a file really is, for files that are not what their name says. */
export interface Identified {
  /** "a Git LFS pointer": fits into "the file is …". */
  readonly what: string;
  /** A whole sentence: what to do. */
  readonly advice: string;
  /** Where it is weights after all, under another name. */
  readonly format?: 'safetensors' | 'ckpt';
}

const WEIGHTS_NEEDED = 'Shardscope reads safetensors files and MindSpore .ckpt files.';

/** Files known by their first bytes (Latin-1 text here). Order matters only where one begins another. */
const SIGNATURES: readonly (readonly [start: string, what: string, advice: string])[] = [
  [
    'version https://git-lfs.github.com/spec/',
    'a Git LFS pointer, not the weights themselves',
    'Run "git lfs pull" in the repository to fetch the weights.',
  ],
  [
    'GGUF',
    'a GGUF file',
    `${WEIGHTS_NEEDED} Convert it with llama.cpp's tools, or take the original weights.`,
  ],
  [
    '\x89HDF\r\n\x1a\n',
    'an HDF5 file (Keras)',
    `${WEIGHTS_NEEDED} Save the weights as safetensors in Keras.`,
  ],
  ['\x93NUMPY', 'a NumPy array file', `${WEIGHTS_NEEDED} Save the array with safetensors.numpy.`],
  ['\x1f\x8b', 'compressed with gzip', 'Unpack it first.'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', 'Unpack it first.'],
  ['\xfd7zXZ\0', 'compressed with xz', 'Unpack it first.'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive', 'Unpack it first.'],
  ['\x7fELF', 'a program (ELF)', WEIGHTS_NEEDED],
  ['%PDF-', 'a PDF document', WEIGHTS_NEEDED],
  ['\x89PNG\r\n\x1a\n', 'a PNG image', WEIGHTS_NEEDED],
  ['\xff\xd8\xff', 'a JPEG image', WEIGHTS_NEEDED],
  ['BZh', 'compressed with bzip2', 'Unpack it first.'],
  ['PAR1', 'a Parquet table', WEIGHTS_NEEDED],
  ['SQLite format 3\0', 'an SQLite database', WEIGHTS_NEEDED],
  ...['ggml', 'lmgg', 'ggjt', 'tjgg', 'fmgg'].map(
    (mark) => [mark, 'an old GGML file', `${WEIGHTS_NEEDED} Take the original weights.`] as const,
  ),
];

/**
 * Tells what a file is from its first bytes (512 are enough) and its size in bytes; `undefined` when it looks
 * like nothing known. Only asked once reading it as safetensors or `.ckpt` has failed: it looks at few bytes.
 */
export function identify(first: Uint8Array, size: number): Identified | undefined {
  if (size === 0) return { what: 'empty', advice: 'Copy or download it again.' };
  // First, since any two bytes may begin a length: 640 (80 02) is a pickle's beginning too.
  if (looksLikeSafetensors(first, size))
    return {
      what: 'a safetensors file',
      advice: 'Give it the name ending .safetensors.',
      format: 'safetensors',
    };
  const head = latin1(first.subarray(0, 512));
  for (const [start, what, advice] of SIGNATURES) if (head.startsWith(start)) return { what, advice };
  if (head.startsWith('PK\x03\x04')) return zipOf(head);
  const graph = graphOf(first, head);
  if (graph !== undefined)
    return { what: graph, advice: `${WEIGHTS_NEEDED} Take the weights that the graph was exported from.` };
  if (/^\s*(<!doctype html|<html|<head|<\?xml)/i.test(head))
    return {
      what: 'a web page (HTML or XML)',
      advice: 'The download gave a page instead of the file (login or error): download it again.',
    };
  if (isPickle(first))
    return {
      what: 'a Python pickle (an old PyTorch file)',
      advice: 'Pickle is never run here. Save the weights with safetensors in PyTorch.',
    };
  if (first.every((byte) => byte === 0))
    return {
      what: 'nothing but zeros where it begins',
      advice: 'It was not written to its end (a crash or a full disk): copy or download it again.',
    };
  if (isTar(head)) return { what: 'a tar archive', advice: 'Unpack it first.' };
  if (looksLikeCkpt(first, size))
    return {
      what: 'a MindSpore checkpoint (.ckpt)',
      advice: 'Give it the name ending .ckpt, or convert it with "shardscope convert".',
      format: 'ckpt',
    };
  if (looksLikeStrategy(first))
    return {
      what: 'a MindSpore strategy file',
      advice:
        'It says how weights are split and holds none: open the folder with the weights, or name it with --strategy.',
    };
  if (/^\s*[{[]/.test(head)) return { what: 'JSON text', advice: WEIGHTS_NEEDED };
  if (/^[\t\n\r\x20-\x7e]+$/.test(head)) return { what: 'plain text', advice: WEIGHTS_NEEDED };
  return undefined;
}

/** One UTF-16 unit a byte, so that signatures are compared byte by byte. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** A zip by its first entry: PyTorch, NumPy and Keras write them, and say so in its name. */
function zipOf(head: string): Identified {
  const name = head.slice(30, 30 + head.charCodeAt(26) + 256 * head.charCodeAt(27));
  if (/(^|\/)(data\.pkl|\.data\/|byteorder|version)/.test(name))
    return {
      what: 'a PyTorch file (pickle in a zip)',
      advice: 'Pickle is never run here. Save the weights with safetensors in PyTorch.',
    };
  if (name.endsWith('.npy'))
    return {
      what: 'NumPy arrays in a zip (.npz)',
      advice: `${WEIGHTS_NEEDED} Save the arrays with safetensors.numpy.`,
    };
  if (/(metadata|config)\.json$|\.weights\.h5$/.test(name))
    return {
      what: 'a Keras model in a zip',
      advice: `${WEIGHTS_NEEDED} Save the weights as safetensors in Keras.`,
    };
  return { what: 'a zip archive', advice: 'Unpack it first.' };
}

/**
 * Model graphs: ONNX begins with its version (field 1, a number) and the name of what wrote it (field 2, a text, where
 * a strategy has a message), MindIR with its version as a text and "MindSpore".
 */
function graphOf(first: Uint8Array, head: string): string | undefined {
  if (first[0] === 0x0a && head.startsWith('\x12\x09MindSpore', 2 + (first[1] ?? 0)))
    return 'a MindIR graph of MindSpore';
  if (/^....TFL3/s.test(head)) return 'a TensorFlow Lite model';
  const producer = first[0] === 0x08 && first[2] === 0x12 ? head.slice(4, 4 + (first[3] ?? 0)) : '';
  return /^[\w][\w. +-]*$/.test(producer) ? 'an ONNX graph' : undefined;
}

/** PROTO opcode and a protocol number from 2 to 5: how every pickle since Python 2.3 begins. */
function isPickle(first: Uint8Array): boolean {
  const protocol = first[1] ?? 0;
  return first[0] === 0x80 && protocol >= 2 && protocol <= 5;
}

/** POSIX tar has its magic at byte 257. */
function isTar(head: string): boolean {
  return head.slice(257, 262) === 'ustar';
}

/** Field 1 (a value) that lies inside the file and begins with field 1 (a tag) inside it: `Checkpoint.value`. */
function looksLikeCkpt(first: Uint8Array, size: number): boolean {
  if (first[0] !== 0x0a) return false;
  const value = varint(first, 1);
  if (value === undefined || first[value.next] !== 0x0a || value.next + value.number > size) return false;
  const tag = varint(first, value.next + 1);
  if (tag === undefined || tag.next + tag.number > value.next + value.number) return false;
  const behind = first[tag.next + tag.number];
  // Then comes a tensor or a map tensor; past the bytes at hand it cannot be told.
  return behind === undefined || behind === 0x12 || behind === 0x1a;
}

/** `current_stage` (field 1, a small number), then an operator or a layout (fields 2 and 3). */
function looksLikeStrategy(first: Uint8Array): boolean {
  const stage = first[0] === 0x08 ? varint(first, 1) : undefined;
  const behind = first[stage?.next ?? -1];
  return behind === 0x12 || behind === 0x1a;
}

function looksLikeSafetensors(first: Uint8Array, size: number): boolean {
  if (first.length < 10) return false;
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  return length <= MAX_HEADER_LENGTH && 8 + Number(length) <= size && first[8] === 0x7b;
}

/** A protobuf varint below 2^35 at `at`, and where the byte behind it is. */
function varint(bytes: Uint8Array, at: number): { number: number; next: number } | undefined {
  let number = 0;
  for (let k = 0; k < 5; k++) {
    const byte = bytes[at + k];
    if (byte === undefined) return undefined;
    number += (byte & 0x7f) * 2 ** (7 * k);
    if (byte < 0x80) return { number, next: at + k + 1 };
  }
  return undefined;
}
