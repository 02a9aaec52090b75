import { expect, test } from 'vitest';
import { formatRounded, formatValue } from './format.ts';

test.each([
  ['F32', 0.10000000149011612, '0.1'],
  ['F32', 3.4028234663852886e38, '3.4028234663852886e+38'],
  ['F32', 1.401298464324817e-45, '1e-45'],
  ['BF16', 0.10009765625, '0.1'],
  ['F16', 0.0999755859375, '0.1'],
  ['F64', 0.1, '0.1'],
  ['F8_E4M3', 0.1015625, '0.1015625'],
  ['F32', -0, '-0'],
  ['F32', '-Infinity', '-Inf'],
  ['I64', '-9223372036854775808', '-9223372036854775808'],
  ['BOOL', true, 'true'],
] as const)('%s %s is written %s', (dtype, value, text) => {
  expect(formatValue(dtype, value)).toBe(text);
});

test('complex numbers have both parts', () => {
  expect(formatValue('C64', [1.5, -0.10000000149011612])).toBe('1.5-0.1j');
  expect(formatValue('C64', ['NaN', 2])).toBe('NaN+2j');
});

test('every 32-bit float reads back', () => {
  const words = new Uint32Array(1);
  const floats = new Float32Array(words.buffer);
  for (let i = 0; i < 20_000; i++) {
    words[0] = (i * 0x9e3779b1) >>> 0;
    const value = floats[0] ?? 0;
    if (Number.isFinite(value)) expect(Math.fround(Number(formatValue('F32', value)))).toBe(value);
  }
});

test.each([
  [undefined, '–'],
  [0, '0'],
  [-9.913482666015625e-5, '-9.913e-5'],
  [0.0200004, '0.02000'],
  [12345, '12345'],
  [1234567.5, '1.235e+6'],
  ['18446744073709551615', '18446744073709551615'],
] as const)('%s rounds to %s', (value, text) => {
  expect(formatRounded(value)).toBe(text);
});
