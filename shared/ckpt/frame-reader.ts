import { refuse } from '../errors.ts';

/** Reads `length` bytes of the file from `offset`; both lie inside the file. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** One protobuf field where it lies in the file: the value of a varint, else the bytes `[start, end)`. */
export interface Frame {
  readonly field: number;
  readonly wire: 'varint' | 'fixed' | 'bytes';
  /** Offset of the field's tag, for faults. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly value: number | bigint;
}

/** Read in one go where frames lie close together, and after a jump over a tensor's content. */
const NEAR_BYTES = 64 * 1024;
const JUMP_BYTES = 4 * 1024;

/**
 * Protobuf frames of a file of any size, by random access: lengths are checked against what encloses them and
 * then skipped, so contents are never read and nothing is allocated by a declared length.
 */
export class FrameReader {
  readonly #read: ReadAt;
  readonly size: number;
  #window = new Uint8Array(0);
  #windowStart = 0;

  constructor(read: ReadAt, size: number) {
    this.#read = read;
    this.size = size;
  }

  /**
   * The fields of the message at `[start, end)`, one level deep. CK_WIRE with the offset for anything that is
   * no protobuf, and for groups (wire types 3 and 4): MindSpore writes none, and they could nest without end.
   */
  *frames(start: number, end: number): Generator<Frame, void> {
    let at = start;
    while (at < end) {
      const tag = this.#varint(at, end);
      const key = typeof tag.value === 'bigint' ? Number.MAX_SAFE_INTEGER : tag.value;
      const field = Math.floor(key / 8);
      // 2^29 - 1 is protobuf's last field number.
      if (field < 1 || field >= 2 ** 29) refuseFrame(at, 'there is no protobuf field here');
      const frame = this.#frame(field, key % 8, at, tag.next, end);
      yield frame;
      at = frame.end;
    }
  }

  /** The varints that fill `[start, end)`: packed numbers. */
  *varints(start: number, end: number): Generator<number | bigint, void> {
    let at = start;
    while (at < end) {
      const { value, next } = this.#varint(at, end);
      yield value;
      at = next;
    }
  }

  /** Bytes inside the file; the caller bounds `end - start`. Valid until the next call. */
  bytes(start: number, end: number): Uint8Array {
    const inWindow = start >= this.#windowStart && end <= this.#windowStart + this.#window.length;
    if (!inWindow) this.#fill(start, end - start);
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }

  #frame(field: number, wireType: number, at: number, next: number, end: number): Frame {
    if (wireType === 0) {
      const { value, next: after } = this.#varint(next, end);
      return { field, wire: 'varint', at, start: next, end: after, value };
    }
    if (wireType === 2) {
      const { value: length, next: start } = this.#varint(next, end);
      if (length > end - start)
        refuseFrame(at, `the field announces ${length} bytes, ${end - start} are left`, {
          expected: `${length} bytes`,
          found: `${end - start} bytes`,
        });
      return { field, wire: 'bytes', at, start, end: start + Number(length), value: length };
    }
    const width = wireType === 1 ? 8 : wireType === 5 ? 4 : undefined;
    if (width === undefined)
      refuseFrame(at, `a field has wire type ${wireType}, which checkpoints do not use`);
    if (width > end - next) refuseFrame(at, `a number of ${width} bytes is cut, ${end - next} are left`);
    return { field, wire: 'fixed', at, start: next, end: next + width, value: 0 };
  }

  /** An unsigned varint of up to 64 bits; a bigint only where a number would not be exact. */
  #varint(at: number, end: number): { value: number | bigint; next: number } {
    let value = 0;
    let high = 0n;
    for (let i = 0; i < 10; i++) {
      if (at + i >= end) refuseFrame(at, 'the file is cut inside a number');
      const byte = this.#byte(at + i);
      // Seven bytes are 49 bits, exact in a number.
      if (i < 7) value += (byte & 0x7f) * 2 ** (7 * i);
      else high += BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte >= 0x80) continue;
      if (i < 7) return { value, next: at + i + 1 };
      const whole = high + BigInt(value);
      if (whole >= 2n ** 64n) break;
      return { value: whole > Number.MAX_SAFE_INTEGER ? whole : Number(whole), next: at + i + 1 };
    }
    return refuseFrame(at, 'a number is longer than 64 bits');
  }

  #byte(at: number): number {
    if (this.#window[at - this.#windowStart] === undefined) this.#fill(at, 1);
    return this.#window[at - this.#windowStart] ?? 0;
  }

  #fill(at: number, length: number): void {
    const windowEnd = this.#windowStart + this.#window.length;
    const near = at > this.#windowStart - NEAR_BYTES && at < windowEnd + NEAR_BYTES;
    const ahead = near ? NEAR_BYTES : JUMP_BYTES;
    const wanted = Math.min(Math.max(length, ahead), this.size - at);
    // A copy, as the reader may use one buffer again and again.
    this.#window = new Uint8Array(this.#read(at, wanted));
    this.#windowStart = at;
    if (this.#window.length < wanted)
      refuseFrame(at, `the file ended after ${this.#window.length} of ${wanted} bytes, it is being changed`);
  }
}

const ADVICE = 'The file is cut, damaged or no MindSpore checkpoint: copy it again from where it was saved.';

/** Refuses with CK_WIRE, naming the offset. */
export function refuseFrame(
  at: number,
  what: string,
  where: { tensor?: string; expected?: string; found?: string } = {},
): never {
  refuse('CK_WIRE', `at byte ${at}: ${what}`, ADVICE, where);
}
