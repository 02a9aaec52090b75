/**
 * How a frame crosses a byte transport (WebSocket). A frame of JSON values is a text message. One that holds
 * `Uint8Array`s is a binary message:
 *
 *   4 bytes  length of the header, little-endian
 *   header   JSON: { frame, buffers: [{ path, length }] }, null in the frame where a buffer belongs
 *   buffers  one after another, in the order of the list
 *
 * Paths rather than markers in the frame, so that no value of a user can look like a buffer.
 */
interface BufferPlace {
  readonly path: readonly (string | number)[];
  readonly length: number;
}

/** A text message, or a binary one where the frame holds byte arrays. Throws for values that JSON has no form for (bigint, cycles). */
export function encodeFrame(frame: unknown): string | Uint8Array {
  const buffers: { path: readonly (string | number)[]; bytes: Uint8Array }[] = [];
  collect(frame, [], buffers);
  if (buffers.length === 0) return JSON.stringify(frame);
  const taken = new Set<unknown>(buffers.map(({ bytes }) => bytes));
  const header = new TextEncoder().encode(
    JSON.stringify(
      { frame, buffers: buffers.map(({ path, bytes }) => ({ path, length: bytes.length })) },
      // Looked up in the holder: a Node Buffer's toJSON has already replaced `value`.
      function (this: Record<string, unknown>, key, value: unknown) {
        return taken.has(this[key]) ? null : value;
      },
    ),
  );
  const total = buffers.reduce((sum, { bytes }) => sum + bytes.length, 4 + header.length);
  const message = new Uint8Array(total);
  new DataView(message.buffer).setUint32(0, header.length, true);
  message.set(header, 4);
  let offset = 4 + header.length;
  for (const { bytes } of buffers) {
    message.set(bytes, offset);
    offset += bytes.length;
  }
  return message;
}

/** The frame of a message, unchecked beyond its form; undefined for a message that no `encodeFrame` made. */
export function decodeFrame(message: string | Uint8Array): unknown {
  try {
    return typeof message === 'string' ? JSON.parse(message) : decodeBinary(message);
  } catch {
    return undefined;
  }
}

function decodeBinary(message: Uint8Array): unknown {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const headerEnd = 4 + view.getUint32(0, true);
  const header: unknown = JSON.parse(
    new TextDecoder('utf-8', { fatal: true }).decode(message.subarray(4, headerEnd)),
  );
  const { frame, buffers } = header as { frame: unknown; buffers: readonly BufferPlace[] };
  let offset = headerEnd;
  for (const { path, length } of buffers) {
    const end = offset + length;
    if (!Number.isSafeInteger(length) || length < 0 || end > message.length) return undefined;
    // A copy: buffers of their own start aligned for any element type, and are no Node Buffers.
    place(frame, path, new Uint8Array(message.subarray(offset, end)));
    offset = end;
  }
  return offset === message.length ? frame : undefined;
}

function collect(
  value: unknown,
  path: readonly (string | number)[],
  found: { path: readonly (string | number)[]; bytes: Uint8Array }[],
): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Uint8Array) found.push({ path, bytes: value });
  else if (Array.isArray(value)) value.forEach((item, index) => void collect(item, [...path, index], found));
  else for (const [key, item] of Object.entries(value)) collect(item, [...path, key], found);
}

/** Puts bytes where the header left null; own keys only, so that no path reaches a prototype. */
function place(frame: unknown, path: readonly (string | number)[], bytes: Uint8Array): void {
  let holder = frame as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(holder, key)) throw new TypeError('no such place');
    holder = holder[key] as Record<string | number, unknown>;
  }
  const last = path.at(-1);
  if (last === undefined || !Object.hasOwn(holder, last) || holder[last] !== null)
    throw new TypeError('no such place');
  Object.defineProperty(holder, last, { value: bytes, enumerable: true, writable: true, configurable: true });
}
