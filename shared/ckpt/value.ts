import { escapeText } from '../text/escape.ts';
import { type Frame, type FrameReader, refuseFrame } from './frame-reader.ts';
import type { Parameter } from './parameter.ts';

/** Bounds on what is read besides frames. Real names are below 200 bytes; NumPy has at most 64 dimensions. */
const MAX_NAME_BYTES = 64 * 1024;
const MAX_TYPE_BYTES = 64;
export const MAX_DIMS = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * One value of MindSpore's `Checkpoint` message: `{ 1 tag, 2 tensor | 3 maptensor }`, where a tensor is
 * `{ 1 dims (packed or not), 2 tensor_type, 3 tensor_content }`. Unknown fields are skipped. CK_WIRE for a
 * value without a name or a tensor, and for a field given twice.
 */
export function readValue(reader: FrameReader, value: Frame): Parameter {
  expectBytes(value, 'value');
  let tag: Frame | undefined;
  let tensor: Frame | undefined;
  let map: Frame | undefined;
  for (const frame of reader.frames(value.start, value.end)) {
    if (frame.field === 1) tag = once(tag, frame, 'tag');
    else if (frame.field === 2) tensor = once(tensor, frame, 'tensor');
    // A map parameter is not read: its three tensors are not those of a model.
    else if (frame.field === 3) map = once(map, frame, 'maptensor');
  }
  if (tag === undefined) refuseFrame(value.at, 'a value has no name (tag)');
  const name = readText(reader, tag, MAX_NAME_BYTES, 'a name');
  if (tensor !== undefined) return { name, at: value.at, ...readTensor(reader, tensor, name) };
  if (map === undefined)
    refuseFrame(value.at, `the value '${escapeText(name)}' has no tensor`, { tensor: name });
  return { name, at: value.at, kind: 'map', type: '', dims: [], extents: [] };
}

function readTensor(
  reader: FrameReader,
  tensor: Frame,
  name: string,
): Pick<Parameter, 'kind' | 'type' | 'dims' | 'extents'> {
  const dims: (number | bigint)[] = [];
  let type: Frame | undefined;
  let content: Frame | undefined;
  const addDim = (dim: number | bigint) => {
    if (dims.push(dim) > MAX_DIMS)
      refuseFrame(tensor.at, `tensor '${escapeText(name)}' has more than ${MAX_DIMS} dimensions`, {
        tensor: name,
      });
  };
  for (const frame of reader.frames(tensor.start, tensor.end)) {
    if (frame.field === 1 && frame.wire === 'varint') addDim(frame.value);
    else if (frame.field === 1)
      for (const dim of reader.varints(expectBytes(frame, 'dims').start, frame.end)) addDim(dim);
    else if (frame.field === 2) type = once(type, frame, 'tensor_type');
    else if (frame.field === 3) content = once(content, frame, 'tensor_content');
  }
  if (type === undefined || content === undefined)
    refuseFrame(tensor.at, `tensor '${escapeText(name)}' has no ${type ? 'content' : 'type'}`, {
      tensor: name,
    });
  return {
    kind: 'tensor',
    type: readText(reader, type, MAX_TYPE_BYTES, 'a tensor type'),
    dims,
    extents: [{ offset: content.start, length: content.end - content.start }],
  };
}

function once(known: Frame | undefined, frame: Frame, name: string): Frame {
  if (known !== undefined) refuseFrame(frame.at, `${name} is given a second time`);
  return expectBytes(frame, name);
}

function expectBytes(frame: Frame, name: string): Frame {
  if (frame.wire !== 'bytes') refuseFrame(frame.at, `${name} (field ${frame.field}) is a number, not bytes`);
  return frame;
}

function readText(reader: FrameReader, frame: Frame, limit: number, what: string): string {
  const length = frame.end - frame.start;
  if (length > limit) refuseFrame(frame.at, `${what} has ${length} bytes, at most ${limit} are read`);
  try {
    return utf8.decode(reader.bytes(frame.start, frame.end));
  } catch (error) {
    if (error instanceof TypeError) refuseFrame(frame.at, `${what} is not UTF-8`);
    throw error;
  }
}
