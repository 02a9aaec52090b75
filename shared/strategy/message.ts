import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Why bytes are not the protobuf message that was expected; says at which byte of the file. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

// Fatal, and a BOM stays part of the text: names are compared with those in the weight files.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One field as it lies on the wire: a varint, or the bytes of a text, a message or packed numbers. */
interface Field {
  readonly number: number;
  readonly at: number;
  readonly value: number | Uint8Array;
}

/**
 * One protobuf message, one level deep: its fields in file order, read by number. Unknown fields are kept and
 * ignored, groups are refused. Nothing is allocated by a declared length: values are views of the file's bytes.
 */
export class Message {
  readonly #name: string;
  readonly #at: number;
  readonly #fields: readonly Field[];

  /** `at` is where `bytes` begin in the file. Throws WireError on anything that is no protobuf. */
  constructor(name: string, bytes: Uint8Array, at = 0) {
    this.#name = name;
    this.#at = at;
    this.#fields = readFields(name, bytes, at);
  }

  /** All numbers of a repeated field, packed or not. */
  numbers(field: number): number[] {
    return this.#of(field).flatMap((f) => {
      const { value } = f;
      if (typeof value === 'number') return [value];
      const reader = new BinaryReader(value);
      const packed: number[] = [];
      while (reader.pos < reader.len) packed.push(reading(this.#name, f.at, () => varint(reader, value)));
      return packed;
    });
  }

  /** A singular number; as in protobuf the last one wins. Absent is undefined. */
  number(field: number, name: string): number | undefined {
    const found = this.#of(field).at(-1);
    if (found === undefined) return undefined;
    if (typeof found.value === 'number') return found.value;
    throw this.#wrong(found.at, `${name} (field ${field}) is not a number`);
  }

  /** A singular text that must be there. */
  text(field: number, name: string): string {
    const found = this.#of(field).at(-1);
    if (found === undefined) throw this.#wrong(this.#at, `it has no ${name} (field ${field})`);
    const { value } = found;
    if (typeof value === 'number') throw this.#wrong(found.at, `${name} (field ${field}) is not a text`);
    try {
      return utf8.decode(value);
    } catch {
      throw this.#wrong(found.at, `${name} (field ${field}) is not UTF-8`);
    }
  }

  messages(field: number, name: string): Message[] {
    return this.#of(field).map(({ at, value }) => {
      if (typeof value === 'number') throw this.#wrong(at, `${name} (field ${field}) is not a message`);
      return new Message(name, value, at);
    });
  }

  /** A message that must be there exactly once. */
  message(field: number, name: string): Message {
    const [first, ...more] = this.messages(field, name);
    if (first === undefined) throw this.#wrong(this.#at, `it has no ${name} (field ${field})`);
    if (more.length > 0)
      throw this.#wrong(this.#at, `it has ${more.length + 1} ${name} (field ${field}), not one`);
    return first;
  }

  #of(field: number): Field[] {
    return this.#fields.filter((f) => f.number === field);
  }

  #wrong(at: number, what: string): WireError {
    return new WireError(`${this.#name} at byte ${at}: ${what}`);
  }
}

function readFields(name: string, bytes: Uint8Array, at: number): Field[] {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const tagAt = at + reader.pos;
    reading(name, tagAt, () => {
      const [number, wire] = reader.tag();
      if (wire === WireType.Varint) fields.push({ number, at: tagAt, value: varint(reader, bytes) });
      else if (wire === WireType.LengthDelimited) {
        const value = lengthDelimited(reader, bytes);
        fields.push({ number, at: at + reader.pos - value.length, value });
      } else if (wire === WireType.Bit32 || wire === WireType.Bit64) reader.skip(wire, number);
      else throw new WireError(`field ${number} is a group, strategies have none`);
    });
  }
  return fields;
}

/** Not `reader.bytes()`: that reads lengths modulo 2^32. */
function lengthDelimited(reader: BinaryReader, bytes: Uint8Array): Uint8Array {
  const length = varint(reader, bytes);
  const left = reader.len - reader.pos;
  if (length < 0 || length > left) throw new WireError(`${length} bytes are announced, ${left} are left`);
  const start = reader.pos;
  reader.pos += length;
  return bytes.subarray(start, reader.pos);
}

/** A varint as a number; negative when its 64 bits are (int32 and int64 are written so). */
function varint(reader: BinaryReader, bytes: Uint8Array): number {
  // One byte is nearly every number in a strategy: no bigint for those.
  const first = bytes[reader.pos];
  if (first !== undefined && first < 0x80) {
    reader.pos += 1;
    return first;
  }
  const value = Number(reader.int64());
  if (!Number.isSafeInteger(value)) throw new WireError('a number is above 2^53');
  return value;
}

/** Gives the reader library's errors the place they happened at. */
function reading<T>(name: string, at: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WireError(`${name} at byte ${at}: ${why}`);
  }
}
