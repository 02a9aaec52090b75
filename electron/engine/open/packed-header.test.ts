import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredTensor } from '../../../shared/checkpoint.ts';
import { DTYPE_NAMES } from '../../../shared/dtype.ts';
import { packHeader, unpackHeader } from './packed-header.ts';

const size = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const tensor = fc.record<StoredTensor>({
  name: fc.string({ unit: 'binary', maxLength: 20 }),
  dtype: fc.constantFrom(...DTYPE_NAMES),
  shape: fc.array(fc.oneof(size, fc.constant('18446744073709551615')), { maxLength: 5 }),
  offset: size,
  byteLength: size,
});

test('a header comes back as it was, structured clone between', () => {
  fc.assert(
    fc.property(fc.array(tensor, { maxLength: 20 }), fc.boolean(), (tensors, spread) => {
      const extents = [
        { offset: 5, length: 3 },
        { offset: 90, length: 2 },
      ];
      const header = {
        format: 'ckpt' as const,
        tensors: tensors.map((one, i) => (spread && i === 1 ? { ...one, extents } : one)),
        metadata: new Map([['__proto__', 'x']]),
        headerLength: 8,
        crc: 7,
        notes: ['a note'],
      };
      expect(unpackHeader(structuredClone(packHeader(header)))).toEqual(header);
    }),
  );
});
