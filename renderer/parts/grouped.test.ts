import { expect, test } from 'vitest';
import { grouped } from './grouped.ts';

test.each([
  [
    "The file is 900000 bytes, its header needs 8097420: 7197420 bytes missing; the first tensor cut short is 'a.12345.b'.",
    "The file is 900,000 bytes, its header needs 8,097,420: 7,197,420 bytes missing; the first tensor cut short is 'a.12345.b'.",
  ],
  ['文件只有 900000 字节。', '文件只有 900,000 字节。'],
  // Names, paths and shapes are to be found and copied as they are.
  [
    '/data/run 20000/x has shape [151936, 3584] at byte 12345',
    '/data/run 20000/x has shape [151936, 3584] at byte 12,345',
  ],
  ['model_10000.safetensors has 10000 bytes', 'model_10000.safetensors has 10,000 bytes'],
  ['Rank 3 has no save of step 12000.', 'Rank 3 has no save of step 12000.'],
  ['it has 12,000 bytes in 1.50000 s', 'it has 12,000 bytes in 1.50000 s'],
])('%s', (text, shown) => expect(grouped(text)).toBe(shown));
