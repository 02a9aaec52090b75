import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identify } from './sniff.ts';

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const what = (text: string, size = text.length) => identify(latin1(text), size)?.what;

/** The first entry of a zip, by its name. */
function zip(name: string): string {
  return `PK\x03\x04${'\0'.repeat(22)}${String.fromCharCode(name.length)}\0\0\0${name}`;
}

test.each([
  [/Git LFS pointer/, 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 5000\n'],
  [/GGUF/, 'GGUF\x03\0\0\0'],
  [/PyTorch file \(pickle in a zip\)/, zip('archive/data.pkl')],
  [/NumPy arrays in a zip/, zip('weight.npy')],
  [/Keras model in a zip/, zip('metadata.json')],
  [/zip archive/, zip('photo.png')],
  [/ONNX/, '\x08\x08\x12\x07pytorch\x1a\x05'],
  [/MindIR/, '\x0a\x050.1.1\x12\x09MindSpore'],
  [/TensorFlow Lite/, '\x1c\0\0\0TFL3'],
  [/GGML/, 'lmgg\x01'],
  [/Parquet/, 'PAR1\x15'],
  [/PNG/, '\x89PNG\r\n\x1a\n'],
  [/Python pickle/, '\x80\x02}q\0.'],
  [/Python pickle/, '\x80\x05\x95'],
  [/web page/, '<!DOCTYPE html><html>'],
  [/web page/, '\n  <html lang="en">'],
  [/web page/, '<?xml version="1.0"?><Error><Code>AccessDenied</Code>'],
  [/HDF5/, '\x89HDF\r\n\x1a\n'],
  [/NumPy/, '\x93NUMPY\x01\0'],
  [/gzip/, '\x1f\x8b\x08\0'],
  [/zstd/, '\x28\xb5\x2f\xfd'],
  [/tar archive/, `${'x\0'.repeat(128)}\0ustar\0`],
  [/nothing but zeros/, '\0'.repeat(512)],
  [/JSON/, '{"weight_map": {}}'],
  [/plain text/, 'something else\n'],
  [/MindSpore checkpoint/, '\x0a\x20\x0a\x01w\x12\x1b'],
  [/strategy/, '\x08\x01\x12\x05'],
])('%s', (expected, text) => {
  expect(what(text, 4096)).toMatch(expected);
});

test('a safetensors length that begins like a pickle is no pickle', () => {
  expect(what(`\x80\x02${'\0'.repeat(6)}{"a":`, 4096)).toBe('a safetensors file');
});

test('advice is a sentence that says what to do', () => {
  expect(identify(latin1('version https://git-lfs.github.com/spec/v1\n'), 130)?.advice).toMatch(
    /git lfs pull/,
  );
  expect(identify(latin1('\x80\x04'), 100)?.advice).toMatch(/^Pickle is never run here\./);
  expect(identify(new Uint8Array(0), 0)).toEqual({ what: 'empty', advice: 'Copy or download it again.' });
});

test('bytes that look like nothing known are not guessed at', () => {
  for (const text of ['\xff\xfe\xfd\xfc', '\x0a\xff\xff\xff\xff\xff\xff', '\x0a\x05\x12', '\x80\x09', '\x08'])
    expect(what(text, 4096)).toBeUndefined();
});

test('what MindSpore wrote is told apart', () => {
  const fixtures = join(import.meta.dirname, '../test/fixtures');
  const found = new Map<string, Set<string | undefined>>();
  for (const file of readdirSync(fixtures, { recursive: true, encoding: 'utf8' })) {
    const kind = /\.safetensors$/.test(file)
      ? 'safetensors'
      : /(strategy_rank_\d+|merged_ckpt_strategy)\.ckpt$/.test(file)
        ? 'strategy'
        : /\.ckpt$/.test(file)
          ? 'ckpt'
          : undefined;
    if (kind === undefined) continue;
    const bytes = new Uint8Array(readFileSync(join(fixtures, file)));
    const identified = identify(bytes.subarray(0, 512), bytes.length)?.what;
    found.set(kind, (found.get(kind) ?? new Set()).add(identified));
  }
  expect(Object.fromEntries(found)).toEqual({
    safetensors: new Set(['a safetensors file']),
    strategy: new Set(['a MindSpore strategy file']),
    ckpt: new Set(['a MindSpore checkpoint (.ckpt)']),
  });
});
