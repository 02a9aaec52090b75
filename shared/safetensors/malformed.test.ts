import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WeightHeader } from '../checkpoint.ts';
import { type Fault, ShardscopeError } from '../errors.ts';
import { readSafetensorsHeader } from './open-header.ts';

/**
 * `test/malformed`: 160 files and the verdict of safetensors 0.8.0 on each (`cases.json`). Shardscope agrees on
 * every one but those that it refuses on purpose, and says why in one sentence with the numbers.
 */
const folder = join(import.meta.dirname, '../../test/malformed');

interface Case {
  readonly file: string;
  readonly valid: boolean;
}
const { cases }: { cases: Case[] } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));

/** Stricter than the library: its README forbids a name twice; no writer makes the other two forms. */
const STRICTER = ['dtype_as_map', 'dup_tensor_last_wins_ok', 'entry_as_array'];

/** file | code | tensor | message */
const REFUSALS = String.raw`
len_empty_file | ST_TOO_SHORT | - | the file is 0 bytes, a safetensors file has at least 8
len_seven_bytes | ST_TOO_SHORT | - | the file is 7 bytes, a safetensors file has at least 8
len_zero | ST_JSON | - | the header is not valid JSON: the JSON ends where a value should come at byte 8 of the file
len_eight_bytes_only | ST_HEADER_LENGTH | - | the file is 8 bytes, its header alone needs 68: 60 bytes missing
len_past_file | ST_HEADER_LENGTH | - | the file is 66 bytes, its header alone needs 1008: 942 bytes missing
len_2p32_plus | ST_HEADER_TOO_LARGE | - | the header would be 4294967350 bytes long, the format allows 100000000
len_2p53_plus_1 | ST_HEADER_TOO_LARGE | - | the header would be 9007199254740993 bytes long, the format allows 100000000
len_2p63 | ST_HEADER_TOO_LARGE | - | the header would be 9223372036854775808 bytes long, the format allows 100000000
len_top_bytes_ff | ST_HEADER_TOO_LARGE | - | the header would be 18446742974197923900 bytes long, the format allows 100000000
len_100000001 | ST_HEADER_TOO_LARGE | - | the header would be 100000001 bytes long, the format allows 100000000
len_one_long | ST_JSON | - | the header is not valid JSON: '\u0000' where the end should come at byte 62 of the file
utf8_bad_in_name | ST_UTF8 | - | the header is not valid JSON: invalid UTF-8, byte 0x80 at byte 11 of the file
utf8_overlong | ST_UTF8 | - | the header is not valid JSON: invalid UTF-8, byte 0xc0 at byte 10 of the file
utf8_truncated_last | ST_UTF8 | - | the header is not valid JSON: invalid UTF-8, cut inside a character at byte 64 of the file
bom_utf8 | ST_JSON | - | the header is not valid JSON: byte order mark before JSON at byte 8 of the file
utf16le | ST_JSON | - | the header is not valid JSON: '\u0000' where a key in double quotes should come at byte 9 of the file
json_text | ST_JSON | - | the header is not valid JSON: 'h' where a value should come at byte 8 of the file
json_array_root | ST_STRUCTURE | - | the header is a list, not an object
json_string_root | ST_STRUCTURE | - | the header is the string '{}', not an object
json_number_root | ST_STRUCTURE | - | the header is the number 7, not an object
json_single_quotes | ST_JSON | - | the header is not valid JSON: ''' where a key in double quotes should come at byte 9 of the file
json_nan_literal | ST_JSON | - | the header is not valid JSON: 'N' where a value should come at byte 37 of the file
json_two_objects | ST_JSON | - | the header is not valid JSON: '{' where the end should come at byte 62 of the file
json_garbage_after | ST_JSON | - | the header is not valid JSON: 'x' where the end should come at byte 62 of the file
json_control_char_in_name | ST_JSON | - | the header is not valid JSON: control character inside a string at byte 11 of the file
json_lone_surrogate_escape | ST_JSON | - | the header is not valid JSON: half a surrogate pair in a string at byte 10 of the file
json_bad_escape | ST_JSON | - | the header is not valid JSON: unknown escape in a string at byte 10 of the file
json_nested_127_in_entry | ST_STRUCTURE | a | tensor 'a' is a list, not an object
json_nested_200 | ST_STRUCTURE | a | tensor 'a' is a list, not an object
json_nested_100k | ST_STRUCTURE | a | tensor 'a' is a list, not an object
pad_nul | ST_JSON | - | the header is not valid JSON: '\u0000' where the end should come at byte 62 of the file
pad_leading_nul | ST_JSON | - | the header is not valid JSON: '\u0000' where a value should come at byte 8 of the file
pad_trailing_formfeed | ST_JSON | - | the header is not valid JSON: '\u000c' where the end should come at byte 62 of the file
pad_trailing_nbsp | ST_JSON | - | the header is not valid JSON: 0xc2 where the end should come at byte 62 of the file
dup_tensor_last_wins_ok | ST_DUPLICATE | a | tensor 'a' is listed twice in the header
dup_tensor_two_regions | ST_DUPLICATE | a | tensor 'a' is listed twice in the header
dup_metadata | ST_DUPLICATE | - | __metadata__ is given twice in the header
dup_dtype_in_entry | ST_DUPLICATE | a | tensor 'a' has dtype twice
dup_shape_in_entry | ST_DUPLICATE | a | tensor 'a' has shape twice
dup_offsets_in_entry | ST_DUPLICATE | a | tensor 'a' has data_offsets twice
dtype_unknown | ST_DTYPE | a | tensor 'a' has dtype 'F128', which is none of the 22 of the format
dtype_lowercase | ST_DTYPE | a | tensor 'a' has dtype 'f32', which is none of the 22 of the format
dtype_long | ST_DTYPE | a | tensor 'a' has dtype 'BFLOAT16', which is none of the 22 of the format
dtype_space | ST_DTYPE | a | tensor 'a' has dtype 'F32 ', which is none of the 22 of the format
dtype_number | ST_DTYPE | a | tensor 'a' has the number 11 in dtype, expected a string
dtype_hfjs_e8m0 | ST_DTYPE | a | tensor 'a' has dtype 'E8M0', which is none of the 22 of the format
dtype_hfjs_fp4 | ST_DTYPE | a | tensor 'a' has dtype 'FP4', which is none of the 22 of the format
dtype_proto | ST_DTYPE | a | tensor 'a' has dtype '__proto__', which is none of the 22 of the format
dtype_tostring | ST_DTYPE | a | tensor 'a' has dtype 'toString', which is none of the 22 of the format
dtype_missing | ST_STRUCTURE | a | tensor 'a' has no dtype
shape_missing | ST_STRUCTURE | a | tensor 'a' has no shape
offsets_missing | ST_STRUCTURE | a | tensor 'a' has no data_offsets
entry_empty | ST_STRUCTURE | a | tensor 'a' has no dtype
entry_string | ST_STRUCTURE | a | tensor 'a' is the string 'F32', not an object
entry_as_array | ST_STRUCTURE | a | tensor 'a' is a list, not an object
dtype_as_map | ST_DTYPE | a | tensor 'a' has an object in dtype, expected a string
shape_null | ST_STRUCTURE | a | tensor 'a' has null in shape, expected a list of integers
shape_string | ST_STRUCTURE | a | tensor 'a' has the string '[1]' in shape, expected a list of integers
shape_number | ST_STRUCTURE | a | tensor 'a' has the number 1 in shape, expected a list of integers
shape_object | ST_STRUCTURE | a | tensor 'a' has an object in shape, expected a list of integers
shape_nested | ST_STRUCTURE | a | tensor 'a' has a list in shape, expected unsigned integers only
shape_negative | ST_STRUCTURE | a | tensor 'a' has the number -1 in shape, expected unsigned integers only
shape_negative_zero | ST_STRUCTURE | a | tensor 'a' has the number -0 in shape, expected unsigned integers only
shape_bool | ST_STRUCTURE | a | tensor 'a' has true in shape, expected unsigned integers only
shape_str_dim | ST_STRUCTURE | a | tensor 'a' has the string '1' in shape, expected unsigned integers only
shape_leading_zero | ST_JSON | - | the header is not valid JSON: number with a leading zero at byte 37 of the file
shape_fraction | ST_STRUCTURE | a | tensor 'a' has the number 0.5 in shape, expected unsigned integers only
shape_u64max_plus_1 | ST_STRUCTURE | a | tensor 'a' has 18446744073709551616 in shape, above 2^64 - 1
shape_overflow_elements | ST_OVERFLOW | a | tensor 'a' has shape [2, 18446744073709551614] I32: its size in bits is above 2^64 - 1
shape_overflow_bits | ST_OVERFLOW | a | tensor 'a' has shape [2, 9223372036854775807] I32: its size in bits is above 2^64 - 1
shape_wraps_to_zero | ST_OVERFLOW | a | tensor 'a' has shape [4294967296, 4294967296] F32: its size in bits is above 2^64 - 1
shape_wraps_to_right_size | ST_OVERFLOW | a | tensor 'a' has shape [4294967297, 4294967295, 1] U8: its size in bits is above 2^64 - 1
shape_bits_wrap | ST_OVERFLOW | a | tensor 'a' has shape [2305843009213693953] F32: its size in bits is above 2^64 - 1
shape_overflow_before_zero | ST_OVERFLOW | a | tensor 'a' has shape [9223372036854775808, 2, 0] F32: its size in bits is above 2^64 - 1
offsets_reversed | ST_OFFSETS | a | tensor 'a' begins at data byte 4, not at 0 where the data before it ends: a hole of 4 bytes
offsets_negative | ST_STRUCTURE | a | tensor 'a' has the number -4 in data_offsets, expected unsigned integers only
offsets_floats | ST_STRUCTURE | a | tensor 'a' has the number 0.0 in data_offsets, expected unsigned integers only
offsets_exponent | ST_STRUCTURE | a | tensor 'a' has the number 4e0 in data_offsets, expected unsigned integers only
offsets_strings | ST_STRUCTURE | a | tensor 'a' has the string '0' in data_offsets, expected unsigned integers only
offsets_one | ST_STRUCTURE | a | tensor 'a' has data_offsets of length 1, not 2
offsets_three | ST_STRUCTURE | a | tensor 'a' has data_offsets of length 3, not 2
offsets_null | ST_STRUCTURE | a | tensor 'a' has null in data_offsets, expected a list of two integers
offsets_past_file | ST_TRUNCATED | a | the file is 77 bytes, its header needs 4194380: 4194303 bytes missing; the first tensor cut short is 'a'
offsets_hole_at_start | ST_OFFSETS | a | tensor 'a' begins at data byte 4, not at 0 where the data before it ends: a hole of 4 bytes
offsets_shape_needs_more | ST_SIZE_MISMATCH | a | tensor 'a' has shape [2, 2] F32 and needs 16 bytes, its offsets give it 4
offsets_shape_needs_less | ST_SIZE_MISMATCH | a | tensor 'a' has shape [2] F32 and needs 8 bytes, its offsets give it 16
offsets_2p53_plus_1 | ST_OFFSETS | a | tensor 'a' has data offset 9007199254740993, which lies past the end of any file
offsets_u64max_plus_1 | ST_STRUCTURE | a | tensor 'a' has 18446744073709551616 in data_offsets, above 2^64 - 1
offsets_add_overflow | ST_OFFSETS | a | tensor 'a' has data offset 18446744073709551612, which lies past the end of any file
offsets_hole_middle | ST_OFFSETS | b | tensor 'b' begins at data byte 8, not at 4 where the data before it ends: a hole of 4 bytes
offsets_overlap | ST_OFFSETS | b | tensor 'b' begins at data byte 4, not at 8 where the data before it ends: an overlap of 4 bytes
offsets_all_same_region | ST_OFFSETS | weight_1 | tensor 'weight_1' begins at data byte 0, not at 16 where the data before it ends: an overlap of 16 bytes
offsets_empty_inside_other | ST_OFFSETS | z | tensor 'z' begins at data byte 2, not at 4 where the data before it ends: an overlap of 2 bytes
offsets_empty_past_end | ST_OFFSETS | z | tensor 'z' begins at data byte 8, not at 4 where the data before it ends: a hole of 4 bytes
trail_polyglot | ST_TRAILING | - | the file is 118 bytes, its header needs 84: 34 bytes too many
trail_one_byte | ST_TRAILING | - | the file is 85 bytes, its header needs 84: 1 byte too many
cut_two_bytes | ST_TRUNCATED | test | the file is 82 bytes, its header needs 84: 2 bytes missing; the first tensor cut short is 'test'
cut_all_data | ST_TRUNCATED | test | the file is 68 bytes, its header needs 84: 16 bytes missing; the first tensor cut short is 'test'
cut_second_tensor | ST_TRUNCATED | b | the file is 2173 bytes, its header needs 4221: 2048 bytes missing; the first tensor cut short is 'b'
cut_in_header | ST_HEADER_LENGTH | - | the file is 38 bytes, its header alone needs 69: 31 bytes missing
trail_data_without_tensors | ST_TRAILING | - | the file is 18 bytes, its header needs 10: 8 bytes too many
meta_number | ST_STRUCTURE | - | __metadata__ key 'step' is the number 3, not a string
meta_bool | ST_STRUCTURE | - | __metadata__ key 'x' is true, not a string
meta_nested | ST_STRUCTURE | - | __metadata__ key 'x' is an object, not a string
meta_null_value | ST_STRUCTURE | - | __metadata__ key 'x' is null, not a string
meta_array | ST_STRUCTURE | - | __metadata__ is a list, not an object
meta_int | ST_STRUCTURE | - | __metadata__ is the number 1, not an object
meta_as_tensor | ST_STRUCTURE | - | __metadata__ key 'shape' is a list, not a string
meta_escaped_key | ST_STRUCTURE | - | __metadata__ key 'x' is the number 1, not a string
sub_f4_odd | ST_MISALIGNED | a | tensor 'a' has shape [1, 3] F4: 12 bits are not whole bytes
sub_f6_e3m2_odd | ST_MISALIGNED | a | tensor 'a' has shape [1, 3] F6_E3M2: 18 bits are not whole bytes
sub_f4_scalar | ST_MISALIGNED | a | tensor 'a' has shape [] F4: 4 bits are not whole bytes
sub_f6_two | ST_MISALIGNED | a | tensor 'a' has shape [2] F6_E3M2: 12 bits are not whole bytes
other_git_lfs_pointer | ST_NOT_SAFETENSORS | - | the file is a Git LFS pointer, not the weights themselves
other_zip_pt | ST_NOT_SAFETENSORS | - | the file is a zip archive
other_pickle | ST_NOT_SAFETENSORS | - | the file is a Python pickle (an old PyTorch file)
other_gguf | ST_NOT_SAFETENSORS | - | the file is a GGUF file
other_text | ST_NOT_SAFETENSORS | - | the file is plain text
other_zeros_4k | ST_NOT_SAFETENSORS | - | the file is nothing but zeros where it begins
`;

function open(file: string): WeightHeader | Fault {
  const bytes = new Uint8Array(readFileSync(join(folder, file)));
  try {
    return readSafetensorsHeader((offset, length) => bytes.subarray(offset, offset + length), bytes.length);
  } catch (error) {
    if (error instanceof ShardscopeError) return error.fault;
    throw error;
  }
}

const refusals = new Map(
  REFUSALS.trim()
    .split('\n')
    .map((line) => {
      const [name = '', code = '', tensor = '', message = ''] = line.split(' | ');
      return [name, { code, tensor: tensor === '-' ? undefined : tensor, message }];
    }),
);

test('the corpus is whole', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  expect(files.sort()).toEqual(cases.map(({ file }) => file).sort());
  expect(cases).toHaveLength(160);
});

test.each(cases)('$file: valid is $valid', ({ file, valid }) => {
  const name = file.replace('.safetensors', '');
  const result = open(file);
  if (valid && !STRICTER.includes(name)) {
    expect(result).toHaveProperty('format', 'safetensors');
    return;
  }
  const { code, tensor, message, advice } = 'code' in result ? result : expect.fail('was accepted');
  expect({ code, tensor, message }).toEqual(refusals.get(name));
  expect(advice).toMatch(/^[A-Z].*\.$/);
});

test('accepted headers hold what JSON.parse finds in them', () => {
  for (const { file, valid } of cases) {
    const result = valid ? open(file) : undefined;
    if (result === undefined || 'code' in result) continue;
    const bytes = readFileSync(join(folder, file));
    const header = JSON.parse(bytes.subarray(8, result.headerLength).toString('utf8'));
    const names = Object.keys(header).filter((name) => name !== '__metadata__');
    expect(result.tensors.map(({ name }) => name).sort(), file).toEqual(names.sort());
    expect(Object.fromEntries(result.metadata), file).toEqual(header.__metadata__ ?? {});
    for (const { name, dtype, shape, offset, byteLength } of result.tensors) {
      const entry = Object.getOwnPropertyDescriptor(header, name)?.value;
      const [begin, end] = entry.data_offsets;
      expect([dtype, shape.map(Number)], file).toEqual([entry.dtype, entry.shape]);
      expect([offset, byteLength], file).toEqual([result.headerLength + begin, end - begin]);
    }
  }
});
