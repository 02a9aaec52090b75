import { JsonError } from './error.ts';

/** Fatal: a lenient decoder turns damaged names into U+FFFD. ignoreBOM: a lenient one drops the mark. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes strict UTF-8 (no overlong forms, no surrogates); refuses with the offset of the first bad byte. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    const offset = firstInvalid(bytes);
    const found = bytes[offset];
    const what = found === undefined ? 'cut inside a character' : `byte 0x${found.toString(16)}`;
    throw new JsonError('utf8', offset, `invalid UTF-8, ${what}`);
  }
}

/** Bytes of the sequence that starts with `lead`, and the range of its second byte (Unicode, table 3-7). */
function sequence(lead: number): readonly [length: number, low: number, high: number] {
  if (lead < 0x80) return [1, 0, 0];
  if (lead >= 0xc2 && lead <= 0xdf) return [2, 0x80, 0xbf];
  if (lead === 0xe0) return [3, 0xa0, 0xbf];
  if (lead === 0xed) return [3, 0x80, 0x9f];
  if (lead >= 0xe1 && lead <= 0xef) return [3, 0x80, 0xbf];
  if (lead === 0xf0) return [4, 0x90, 0xbf];
  if (lead >= 0xf1 && lead <= 0xf3) return [4, 0x80, 0xbf];
  if (lead === 0xf4) return [4, 0x80, 0x8f];
  return [0, 0, 0];
}

function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const [length, low, high] = sequence(bytes[at] ?? 0);
    if (length === 0) return at;
    for (let k = 1; k < length; k++) {
      const next = bytes[at + k];
      const first = k === 1;
      if (next === undefined || next < (first ? low : 0x80) || next > (first ? high : 0xbf)) return at + k;
    }
    at += length;
  }
  return bytes.length;
}
