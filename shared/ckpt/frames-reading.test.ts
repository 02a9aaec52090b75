import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import { scanCheckpoint } from './frames.ts';
import { file, value } from './sample-frames.ts';

/** A file of 1,000 tensors of 1 GiB each: heads in memory, contents never asked for. */
test('contents are skipped, reads are few and small', () => {
  const content = 2 ** 30;
  const heads = Array.from({ length: 1000 }, (_, i) => {
    const frames = new BinaryWriter();
    const tensor = new BinaryWriter();
    tensor.uint32(0x08).int64(content / 4);
    tensor.uint32(0x12).string('Float32');
    tensor.uint32(0x1a).uint32(content);
    const inner = tensor.finish();
    const name = new BinaryWriter().uint32(0x0a).string(`layers.${i}.weight`).finish();
    const tensorTag = new BinaryWriter()
      .uint32(0x12)
      .uint64(inner.length + content)
      .finish();
    frames.uint32(0x0a).uint64(name.length + tensorTag.length + inner.length + content);
    frames.raw(name).raw(tensorTag).raw(inner);
    return frames.finish();
  });
  const starts: number[] = [];
  let size = 0;
  for (const head of heads) {
    starts.push(size);
    size += head.length + content;
  }
  let reads = 0;
  let total = 0;
  const header = scanCheckpoint((offset, length) => {
    reads++;
    total += length;
    const out = new Uint8Array(length);
    for (const [i, start] of starts.entries()) {
      const head = heads[i] ?? out;
      if (start < offset + length && start + head.length > offset)
        for (let k = Math.max(start, offset); k < Math.min(start + head.length, offset + length); k++)
          out[k - offset] = head[k - start] ?? 0;
    }
    return out;
  }, size);
  expect(header.tensors.length).toBe(1000);
  expect(header.tensors.at(-1)).toMatchObject({
    name: 'layers.999.weight',
    shape: [2 ** 28],
    byteLength: content,
  });
  expect(reads).toBeLessThan(1010);
  expect(total).toBeLessThan(8 * 2 ** 20);
});

test('small tensors are read 64 KiB at a time, a reader may use one buffer again', () => {
  const source = file(...Array.from({ length: 5000 }, (_, i) => ({ tag: `t${i}`, dims: [1] })));
  const buffer = new Uint8Array(2 ** 17);
  let reads = 0;
  const header = scanCheckpoint((offset, length) => {
    reads++;
    buffer.set(source.subarray(offset, offset + length));
    return buffer.subarray(0, length);
  }, source.length);
  expect(header.tensors.length).toBe(5000);
  expect(reads).toBeLessThan(10);
});

test('a file that became shorter is refused', () => {
  const source = value({ tag: 'w', dims: [1] });
  const fault = refusal(() => scanCheckpoint((offset) => source.subarray(offset, offset + 3), source.length));
  expect(fault.code).toBe('CK_WIRE');
});
