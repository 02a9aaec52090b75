import type { StoredTensor, WeightHeader } from '../checkpoint.ts';
import { refuse } from '../errors.ts';
import { CRC_KEY, CRC_TRAILER_BYTES } from '../stored-crc.ts';
import { escapeText } from '../text/escape.ts';
import { FrameReader, type ReadAt, refuseFrame } from './frame-reader.ts';
import { byteLengthOf, isComplete, type Parameter, tensorOf, textOf } from './parameter.ts';
import { readValue } from './value.ts';

/** First four bytes, little-endian, of what MindSpore encrypts: with AES-GCM, AES-CBC, SM4-CBC. */
const CIPHER_MARKS: readonly number[] = [0x7f3a5ed8, 0x7f3a5ed9, 0x7f3a5eda];

/** Texts become metadata of a safetensors header, which has 100 MB; training notes are a few hundred bytes. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

const latin1 = new TextDecoder('latin1');

/**
 * What a MindSpore `.ckpt` of `size` bytes holds, from its protobuf frames alone: tensor contents are skipped,
 * so memory and time depend on the number of tensors, not on their size. `str` parameters become metadata, as
 * does the mark `{tensor name}: Int4`; map parameters (hash tables) are named in the notes. The CRC is read,
 * not checked.
 *
 * CK_ENCRYPTED; CK_WIRE with the offset (cut, damaged or no checkpoint); CK_LENGTH, CK_SLICES, CK_DUPLICATE and
 * CK_DTYPE naming the tensor; CK_CRC when the trailer holds no CRC-32.
 */
export function scanCheckpoint(read: ReadAt, size: number): WeightHeader {
  if (size === 0) refuseFrame(0, 'the file is empty');
  const reader = new FrameReader(read, size);
  const crc = readTrailer(reader);
  refuseEncrypted(reader);
  const parameters = new Map<string, Parameter>();
  let last: Parameter | undefined;
  // The trailer is known by its place, as in MindSpore, whatever the frames before it say.
  for (const frame of reader.frames(0, crc === undefined ? size : size - CRC_TRAILER_BYTES)) {
    if (frame.field !== 1) continue;
    const value = readValue(reader, frame);
    const known = parameters.get(value.name);
    if (known === undefined) parameters.set(value.name, value);
    else if (known === last) addSlice(known, value);
    else refuseAgain(known, value);
    last = known ?? value;
  }
  if (parameters.size === 0) refuseFrame(0, 'the file holds no parameters');
  return { ...contentsOf(reader, [...parameters.values()]), ...(crc !== undefined && { crc }) };
}

function contentsOf(reader: FrameReader, parameters: readonly Parameter[]): WeightHeader {
  const tensors: StoredTensor[] = [];
  const metadata = new Map<string, string>();
  const notes: string[] = [];
  for (const parameter of parameters) {
    const { name, kind, type } = parameter;
    const shown = escapeText(name);
    if (kind === 'map') notes.push(`'${shown}' is a map parameter (a hash table), not a tensor: left out`);
    else if (type !== 'str') tensors.push(tensorOf(parameter));
    else if (byteLengthOf(parameter.extents) > MAX_TEXT_BYTES)
      notes.push(
        `the text '${shown}' has ${byteLengthOf(parameter.extents)} bytes, above ${MAX_TEXT_BYTES}: left out`,
      );
    else metadata.set(name, textOf(name, readContent(reader, parameter)));
    if (type === 'Int4') metadata.set(name, 'Int4');
  }
  return { format: 'ckpt', tensors, metadata, headerLength: 0, notes };
}

/** Another value of the parameter right behind the last one: the next part of its content. */
function addSlice(known: Parameter, value: Parameter): void {
  const parts = known.extents.length + 1;
  const differ = (what: string, expected: string, found: string): never =>
    refuse(
      'CK_SLICES',
      `part ${parts} of '${escapeText(known.name)}' (byte ${value.at}) has another ${what} than part 1: ${escapeText(found)}, not ${escapeText(expected)}`,
      'The file is damaged: copy it again from where it was saved.',
      { tensor: known.name, expected, found },
    );
  if (known.kind !== value.kind) differ('kind', known.kind, value.kind);
  if (known.type !== value.type) differ('type', known.type, value.type);
  const [expected, found] = [known.dims.join(', '), value.dims.join(', ')];
  if (expected !== found) differ('shape', `[${expected}]`, `[${found}]`);
  known.extents.push(...value.extents);
}

/** The parameter again, with others between: parts out of place, or one name used twice. */
function refuseAgain(known: Parameter, value: Parameter): never {
  const shown = `'${escapeText(known.name)}'`;
  const held = `${known.extents.length} with ${byteLengthOf(known.extents)} bytes at byte ${known.at}`;
  const [code, what] = isComplete(known)
    ? ([
        'CK_DUPLICATE',
        `${shown} is in the file twice: at byte ${known.at} and at byte ${value.at}`,
      ] as const)
    : (['CK_SLICES', `the parts of ${shown} are apart: ${held}, the next at byte ${value.at}`] as const);
  refuse(code, what, 'The file is damaged or was put together wrongly: save the checkpoint again.', {
    tensor: known.name,
    expected: 'one run of values',
    found: `values at bytes ${known.at} and ${value.at}`,
  });
}

function readContent(reader: FrameReader, parameter: Parameter): Uint8Array {
  const content = new Uint8Array(byteLengthOf(parameter.extents));
  let at = 0;
  for (const { offset, length } of parameter.extents) {
    content.set(reader.bytes(offset, offset + length), at);
    at += length;
  }
  return content;
}

function refuseEncrypted(reader: FrameReader): void {
  if (reader.size < 4) return;
  const start = reader.bytes(0, 4);
  const mark = new DataView(start.buffer, start.byteOffset, 4).getUint32(0, true);
  if (CIPHER_MARKS.includes(mark))
    refuse(
      'CK_ENCRYPTED',
      'the checkpoint is encrypted',
      'Decrypt it with MindSpore first: load_checkpoint with dec_key, then save_checkpoint without enc_key.',
    );
}

/** The CRC-32 at the end of the file, where there is one. */
function readTrailer(reader: FrameReader): number | undefined {
  if (reader.size < CRC_TRAILER_BYTES) return undefined;
  const trailer = reader.bytes(reader.size - CRC_TRAILER_BYTES, reader.size).slice();
  if (latin1.decode(trailer.subarray(0, CRC_KEY.length)) !== CRC_KEY) return undefined;
  let crc = 0;
  for (const byte of trailer.subarray(CRC_KEY.length)) crc = crc * 256 + byte;
  if (crc >= 2 ** 32)
    refuse(
      'CK_CRC',
      `the CRC at the end of the file is ${crc}, more than 32 bits`,
      'The file is damaged: copy it again from where it was saved.',
      { expected: 'a CRC-32', found: `${crc}` },
    );
  return crc;
}
