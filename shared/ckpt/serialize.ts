import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Dim } from '../checkpoint.ts';
import { mindSporeNameOf } from '../dtype.ts';
import { refuse } from '../errors.ts';
import type { Extent } from '../plan/piece.ts';
import type { Literal } from '../plan/plan.ts';
import type { TensorToWrite } from '../safetensors/serialize.ts';
import { CRC_KEY, type CrcPlace } from '../stored-crc.ts';
import { escapeText } from '../text/escape.ts';
import { MAX_DIMS } from './value.ts';

/** MindSpore's `SLICE_SIZE`: content above this is written as several values, as a protobuf message has 2 GiB. */
const VALUE_BYTES = 512 * 1024 ** 2;

/** Field tags of the `Checkpoint` message (field × 8 + wire type), in the order that MindSpore writes them. */
const VALUE = 0x0a;
const NAME = 0x0a;
const TENSOR = 0x12;
const DIM = 0x08;
const TYPE = 0x12;
const CONTENT = 0x1a;

export interface SerializedCheckpoint {
  /** Everything but the tensors' contents. */
  readonly literals: readonly Literal[];
  /** Where the content of each tensor goes, in the order of the input: an extent a value, none when empty. */
  readonly contents: readonly (readonly Extent[])[];
  /** The whole file, in bytes. */
  readonly size: number;
  readonly crc?: CrcPlace;
}

/**
 * A `.ckpt` with these tensors in this order, byte for byte as MindSpore 2.10.0's `save_checkpoint` writes it:
 * the inverse of `scanCheckpoint`. Metadata under a tensor's name (`Int4`) is its type; all other metadata become
 * `str` parameters behind the tensors. In one thing it keeps more than MindSpore, which leaves empty tensors out.
 *
 * @param options `crc`: keep the place of a CRC-32 at the end; `valueBytes`: most content of one value
 * @throws CK_DTYPE for a dtype that MindSpore has no name for; CK_LENGTH for a shape that int64 or NumPy cannot hold
 */
export function serializeCheckpoint(
  tensors: readonly TensorToWrite[],
  metadata: ReadonlyMap<string, string>,
  { crc = false, valueBytes = VALUE_BYTES }: { readonly crc?: boolean; readonly valueBytes?: number } = {},
): SerializedCheckpoint {
  const file = new FileLayout();
  const contents = tensors.map((tensor) => {
    const { name, shape, byteLength } = tensor;
    const type = metadata.get(name) ?? typeOf(tensor);
    checkShape(name, shape);
    const extents: Extent[] = [];
    for (let at = 0; at === 0 || at < byteLength; at += valueBytes) {
      const length = Math.min(valueBytes, byteLength - at);
      file.write(valueHead(name, shape, type, length));
      if (length > 0) extents.push({ offset: file.skip(length), length });
    }
    return extents;
  });
  const names = new Set(tensors.map(({ name }) => name));
  for (const [name, text] of metadata) {
    if (names.has(name)) continue;
    const content = utf32(text);
    file.write(valueHead(name, [0], 'str', content.length));
    file.write(content);
  }
  if (!crc) return { ...file.end(), contents };
  file.write(new TextEncoder().encode(CRC_KEY));
  const offset = file.write(new Uint8Array(10));
  return { ...file.end(), contents, crc: { format: 'ckpt', offset } };
}

/** Bytes that are known, gathered to one literal between two contents. */
class FileLayout {
  readonly #literals: Literal[] = [];
  #pending = new BinaryWriter();
  #begin = 0;
  #end = 0;

  /** Returns the offset of the bytes. */
  write(bytes: Uint8Array): number {
    const offset = this.#end;
    this.#pending.raw(bytes);
    this.#end += bytes.length;
    return offset;
  }

  /** Leaves room for content; returns its offset. */
  skip(length: number): number {
    this.#flush();
    const offset = this.#end;
    this.#begin = this.#end += length;
    return offset;
  }

  end(): { literals: readonly Literal[]; size: number } {
    this.#flush();
    return { literals: this.#literals, size: this.#end };
  }

  #flush(): void {
    if (this.#end > this.#begin) this.#literals.push({ offset: this.#begin, bytes: this.#pending.finish() });
    this.#begin = this.#end;
  }
}

/** A value up to its content of `length` bytes, which ends the tensor and the value. Dims are not packed (proto2). */
function valueHead(name: string, dims: readonly Dim[], type: string, length: number): Uint8Array {
  const tensor = new BinaryWriter();
  for (const dim of dims) tensor.uint32(DIM).int64(dim);
  const tensorHead = tensor.uint32(TYPE).string(type).uint32(CONTENT).uint32(length).finish();
  const value = new BinaryWriter().uint32(NAME).string(name);
  const head = value
    .uint32(TENSOR)
    .uint32(tensorHead.length + length)
    .raw(tensorHead)
    .finish();
  return new BinaryWriter()
    .uint32(VALUE)
    .uint32(head.length + length)
    .raw(head)
    .finish();
}

function typeOf({ name, dtype }: TensorToWrite): string {
  const type = mindSporeNameOf(dtype);
  if (type === undefined)
    refuse(
      'CK_DTYPE',
      `tensor '${escapeText(name)}' is ${dtype}, a type that MindSpore's .ckpt does not have`,
      'Cast it to another type first, such as BF16.',
      { tensor: name, expected: 'a MindSpore tensor type', found: dtype },
    );
  return type;
}

function checkShape(name: string, shape: readonly Dim[]): void {
  if (shape.length <= MAX_DIMS && shape.every((dim) => BigInt(dim) < 2n ** 63n)) return;
  const found = shape.length > MAX_DIMS ? `${shape.length} dimensions` : `[${shape.join(', ')}]`;
  refuse(
    'CK_LENGTH',
    `tensor '${escapeText(name)}' has a shape that a .ckpt cannot hold: ${found}`,
    'Leave the tensor out, or keep the file as safetensors.',
    { tensor: name, expected: `at most ${MAX_DIMS} dimensions below 2^63`, found },
  );
}

/** Text as NumPy stores it, little-endian; an empty one has one NUL, which MindSpore needs to read it. */
function utf32(text: string): Uint8Array {
  const characters = [...(text || '\0')];
  const bytes = new Uint8Array(characters.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, character] of characters.entries())
    view.setUint32(i * 4, character.codePointAt(0) ?? 0, true);
  return bytes;
}
