import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from './frame-codec.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

test('a frame of JSON values is text', () => {
  const frame = { type: 'call', id: 1, method: 'app.info', input: { a: [1, 'é', null] } };
  const message = encodeFrame(frame);
  expect(message).toBe(JSON.stringify(frame));
  expect(decodeFrame(message)).toEqual(frame);
});

test('byte arrays survive anywhere in a frame, aligned and of their own', () => {
  const frame = { type: 'result', id: 7, value: { rows: [{ data: bytes(1, 2, 3) }, bytes()], same: null } };
  const message = encodeFrame(frame);
  expect(message).toBeInstanceOf(Uint8Array);
  const back = decodeFrame(message) as typeof frame;
  expect(back).toEqual(frame);
  expect((back.value.rows[0] as { data: Uint8Array }).data.byteOffset).toBe(0);
});

test('a value that looks like a header stays a value', () => {
  const frame = { frame: null, buffers: [{ path: ['frame'], length: 4 }], bytes: bytes(9) };
  expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
});

test('the same bytes twice arrive twice', () => {
  const shared = bytes(5, 6);
  expect(decodeFrame(encodeFrame({ a: shared, b: shared }))).toEqual({ a: bytes(5, 6), b: bytes(5, 6) });
});

test("Node's Buffer is bytes like any other", () => {
  const message = encodeFrame({ a: Buffer.from('hi') });
  expect(decodeFrame(message)).toEqual({ a: bytes(104, 105) });
  expect(decodeFrame(Buffer.from(message as Uint8Array))).toEqual({ a: bytes(104, 105) });
});

test('encode and decode are inverse for any JSON value with bytes in it', () => {
  const leaf = fc.oneof(fc.jsonValue(), fc.uint8Array());
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.array(leaf)), (value) => {
      // JSON has no -0.
      const plain = JSON.parse(JSON.stringify(value, (_k, v) => (v instanceof Uint8Array ? null : v)));
      const back = decodeFrame(encodeFrame(value)) as Record<string, unknown[]>;
      expect(Object.keys(back)).toEqual(Object.keys(plain));
      for (const [key, items] of Object.entries(value))
        items.forEach(
          (item, i) => void expect(back[key]?.[i]).toEqual(item instanceof Uint8Array ? item : plain[key][i]),
        );
    }),
  );
});

test.each([
  ['text that is no JSON', '{'],
  ['nothing', new Uint8Array(0)],
  ['a header longer than the message', bytes(255, 255, 255, 255, 1)],
  ['a header that is no JSON', bytes(1, 0, 0, 0, 123)],
  ['buffers cut short', encodeFrame({ a: bytes(1, 2, 3) }).slice(0, -1)],
  ['bytes left over', Uint8Array.from([...(encodeFrame({ a: bytes(1) }) as Uint8Array), 0])],
])('%s is no frame', (_what, message) => {
  expect(decodeFrame(message)).toBeUndefined();
});

test('a path can reach no prototype', () => {
  const header = new TextEncoder().encode(
    '{"frame":{},"buffers":[{"path":["__proto__","polluted"],"length":1}]}',
  );
  const message = Uint8Array.from([header.length, 0, 0, 0, ...header, 1]);
  expect(decodeFrame(message)).toBeUndefined();
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('a bigint cannot be sent', () => {
  expect(() => encodeFrame({ value: 1n })).toThrow(TypeError);
});
