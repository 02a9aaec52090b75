/** The polynomial of CRC-32 (ISO 3309, as zlib computes it), lowest power in the highest bit. */
const POLYNOMIAL = 0xedb8_8320;
/** The polynomial 1 in that order of bits. */
const ONE = 0x8000_0000;

/** a · b modulo the polynomial. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) !== 0 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}

/** x^(8 · 2^k): what 2^k bytes multiply a checksum by. 53 of them are for every length that a number holds. */
const BYTE_POWERS: number[] = [ONE >>> 8];
for (let k = 1; k < 53; k++) {
  const half = BYTE_POWERS[k - 1] ?? ONE;
  BYTE_POWERS.push(multiply(half, half));
}

/**
 * What a run of bytes adds to the CRC-32 of a whole in which `bytesAfter` bytes follow it: the CRC-32 of the
 * whole is the exclusive or of what its runs add, in any order. So threads can sum the parts of one tensor.
 * Costs about a microsecond; for runs at the end nothing.
 */
export function crc32Ahead(sum: number, bytesAfter: number): number {
  let shifted = sum;
  for (let k = 0, left = bytesAfter; left > 0; k++, left = Math.floor(left / 2))
    if (left % 2 === 1) shifted = multiply(BYTE_POWERS[k] ?? ONE, shifted);
  return shifted >>> 0;
}

/** The CRC-32 of so many bytes of zero. */
export function crc32OfZeros(count: number): number {
  let sum = 0;
  // The sums of 1, 2, 4, … zeros, of which those that `count` is made of are put together.
  let zeros = 0xd202_ef8d;
  for (let length = 1; length <= count; length *= 2) {
    if (Math.floor(count / length) % 2 === 1) sum = (crc32Ahead(sum, length) ^ zeros) >>> 0;
    zeros = (crc32Ahead(zeros, length) ^ zeros) >>> 0;
  }
  return sum;
}

/** Eight hexadecimal digits. */
export function crc32Text(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}
