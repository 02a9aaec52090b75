import { readdirSync, readFileSync } from 'node:fs';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { type Fault, ShardscopeError } from '../errors.ts';
import { readStrategyFile } from './read.ts';

const FIXTURES = 'test/fixtures';
const utf8 = (text: string) => new TextEncoder().encode(text);

function refusal(bytes: Uint8Array): Fault {
  try {
    readStrategyFile(bytes);
  } catch (error) {
    if (error instanceof ShardscopeError) return error.fault;
    throw error;
  }
  throw new Error('was accepted');
}

test('a rank file as MindSpore writes it', () => {
  const file = readStrategyFile(
    readFileSync(`${FIXTURES}/dp4_mp2_opt_all/strategy/ckpt_strategy_rank_0.ckpt`),
  );
  expect(file.currentStage).toBe(0);
  expect(file.items[0]).toMatchObject({ stage: 0 });
  expect(file.items[0]?.strategies.flat().length).toBeGreaterThan(0);
  expect(file.layouts.size).toBeGreaterThan(100);
  expect(file.layouts.get('model.layers.0.attention.wo.weight')).toEqual({
    deviceMatrix: [4, 2],
    tensorMap: [[-1], [0]],
    optShardStep: 2,
    optShardSize: -1,
    paramSplitShape: [],
    indicesOffset: [],
    field: 0,
  });
});

test('several tensor maps are one dimension each, a single one is a dimension a number', () => {
  const { layouts } = readStrategyFile(
    readFileSync(`${FIXTURES}/dp2_mp4_two_axes/merged_ckpt_strategy.ckpt`),
  );
  expect(layouts.get('0-model.tok_embeddings.embedding_weight')?.tensorMap).toEqual([[1, 0], [-1]]);
  expect(layouts.get('0-model.layers.0.attention.wq.weight')?.tensorMap).toEqual([[0], [-1]]);
});

test('JSON says the same as protobuf', () => {
  for (const rank of [0, 7]) {
    const folder = `${FIXTURES}/dp2_mp2_pp2`;
    const json = readStrategyFile(readFileSync(`${folder}/strategy_json/ckpt_strategy_rank_${rank}.json`));
    const protobuf = readStrategyFile(readFileSync(`${folder}/strategy/ckpt_strategy_rank_${rank}.ckpt`));
    expect(json).toEqual(protobuf);
    expect([...json.layouts.keys()]).toEqual([...protobuf.layouts.keys()]);
  }
});

test('every strategy file of the fixtures is read', () => {
  const paths = readdirSync(FIXTURES, { recursive: true })
    .map(String)
    .filter((path) => /strategy[^/]*\.(ckpt|json)$/.test(path));
  expect(paths.length).toBeGreaterThan(60);
  for (const path of paths)
    expect(readStrategyFile(readFileSync(`${FIXTURES}/${path}`)).layouts.size).toBeGreaterThan(50);
});

/** A strategy with one parameter, put together field by field. */
function protobuf(build: {
  layout?: (writer: BinaryWriter) => void;
  file?: (writer: BinaryWriter) => void;
  names?: string[];
}): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(0x08).uint32(0);
  for (const name of build.names ?? ['w']) {
    writer.uint32(0x1a).fork();
    writer.uint32(0x0a).string(name);
    writer.uint32(0x12).fork();
    (build.layout ?? plainLayout)(writer);
    writer.join().join();
  }
  build.file?.(writer);
  return writer.finish();
}

function plainLayout(writer: BinaryWriter): void {
  writer.uint32(0x0a).fork().uint32(0x08).uint32(2).uint32(0x08).uint32(4).join();
  writer.uint32(0x12).fork().uint32(0x08).int32(0).uint32(0x08).int32(-1).join();
}

describe('protobuf', () => {
  test('packed numbers, and unknown fields of every type', () => {
    const bytes = protobuf({
      layout: (writer) => {
        writer.uint32(0x0a).fork();
        writer.uint32(0x0a).fork().uint32(2).uint32(300).join();
        writer.join();
        writer.uint32(0x12).fork();
        writer.uint32(0x0a).fork().int32(1).join();
        writer.uint32(0x08).int32(-1);
        writer.join();
        writer.uint32(0x38).int32(-1).uint32(0x30).int32(1);
        writer.uint32(0x50).uint32(7);
      },
      file: (writer) => {
        writer.uint32(0x61).fixed64(1n).uint32(0x65).fixed32(1);
        writer
          .uint32(0x6a)
          .string('later versions')
          .uint32(0x70)
          .uint64(2n ** 52n);
      },
    });
    expect(readStrategyFile(bytes).layouts.get('w')).toMatchObject({
      deviceMatrix: [2, 300],
      tensorMap: [[1], [-1]],
      optShardStep: 1,
      optShardSize: -1,
    });
  });

  test('a single map of a vector cut by two axes ends in an empty one', () => {
    const bytes = protobuf({
      layout: (writer) => {
        writer.uint32(0x0a).fork().uint32(0x08).uint32(2).uint32(0x08).uint32(4).join();
        writer.uint32(0x12).fork().uint32(0x08).int32(1).uint32(0x08).int32(0).join();
        writer.uint32(0x12).fork().join();
      },
    });
    expect(readStrategyFile(bytes).layouts.get('w')?.tensorMap).toEqual([[1, 0]]);
  });

  test('names are any text', () => {
    const names = ['__proto__', 'constructor', '10', '\ufeffw', 'ü-0', ''];
    expect([...readStrategyFile(protobuf({ names })).layouts.keys()]).toEqual(names);
  });

  test('cut at every byte it is refused, unless the cut is between two parameters', () => {
    const whole = protobuf({ names: ['a', 'b'] });
    const only = protobuf({ names: ['a'] });
    for (let length = 0; length < whole.length; length++) {
      if (length === only.length) continue;
      expect(refusal(whole.subarray(0, length)), `${length} bytes`).toMatchObject({ code: 'SG_PARSE' });
    }
  });

  const bad: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(), /read as protobuf, the file is empty/],
    ['HTML', utf8('<!DOCTYPE html><html></html>'), /read as protobuf, .* at byte 0/],
    ['text', utf8('version https://git-lfs.github.com/spec/v1\n'), /read as protobuf/],
    ['zeros', new Uint8Array(64), /at byte 0: illegal tag/],
    ['a varint of 11 bytes', Uint8Array.of(0x08, ...Array(10).fill(0x80), 0x01), /at byte 0: invalid varint/],
    ['a varint that is cut', Uint8Array.of(0x08, 0x80), /at byte 0: premature EOF/],
    [
      'a length past the file',
      Uint8Array.of(0x08, 0, 0x1a, 0xff, 0x7f),
      /16383 bytes are announced, 0 are left/,
    ],
    [
      'a length that is small modulo 2^32',
      Uint8Array.of(0x08, 0, 0x1a, 0x82, 0x80, 0x80, 0x80, 0x10, 0x0a, 0x00),
      /4294967298 bytes are announced/,
    ],
    [
      'a length of 2^63',
      Uint8Array.of(0x08, 0, 0x1a, ...Array(9).fill(0x80), 0x01),
      /above 2\^53|bytes are announced/,
    ],
    ['field 0', Uint8Array.of(0x08, 0, 0x02, 0), /at byte 2: illegal tag/],
    ['a group', Uint8Array.of(0x08, 0, 0x1b, 0x1c), /at byte 2: field 3 is a group/],
    ['the end of a group', Uint8Array.of(0x08, 0, 0x1c), /field 3 is a group/],
    ['10,000 nested groups', new Uint8Array(10_000).fill(0x1b), /is a group/],
    ['wire type 6', Uint8Array.of(0x08, 0, 0x1e), /wire type 6/],
    ['wire type 7', Uint8Array.of(0x08, 0, 0x1f), /wire type 7/],
    ['no stage', protobuf({}).subarray(2), /no current_stage/],
    ['a stage that is a text', Uint8Array.of(0x0a, 0), /current_stage \(field 1\) is not a number/],
    ['a layout that is a number', Uint8Array.of(0x08, 0, 0x18, 1), /parallel_layout_item .* not a message/],
    [
      'a name that is no UTF-8',
      Uint8Array.of(8, 0, 0x1a, 5, 0x0a, 1, 0xff, 0x12, 0),
      /param_name \(field 1\) is not UTF-8/,
    ],
    ['no layouts in an item', Uint8Array.of(8, 0, 0x1a, 3, 0x0a, 1, 0x77), /no parallel_layouts/],
    ['one parameter twice', protobuf({ names: ['a', 'a'] }), /two layouts for 'a'/],
    ['no dev_matrix', protobuf({ layout: (w) => w.uint32(0x12).fork().join() }), /'w' has 0 dev_matrix/],
    [
      'no tensor_map',
      protobuf({ layout: (w) => w.uint32(0x0a).fork().uint32(0x08).uint32(2).join() }),
      /no tensor_map/,
    ],
    ['no layouts at all', protobuf({ names: [] }), /holds no layout/],
    ['weights', readFileSync(`${FIXTURES}/ckpt_formats/all_dtypes.ckpt`), /read as protobuf/],
    [
      'safetensors',
      readFileSync(`${FIXTURES}/ckpt_formats/crc.safetensors`),
      /read as protobuf, ParallelStrategyMap at byte/,
    ],
  ];
  test.each(bad)('refuses %s', (_, bytes, message) => {
    const fault = refusal(bytes);
    expect(fault.code).toBe('SG_PARSE');
    expect(fault.message).toMatch(message);
    expect(fault.advice).toContain('strategy');
  });

  test('numbers that mean nothing are refused by name', () => {
    const zero = protobuf({
      layout: (w) => {
        w.uint32(0x0a).fork().uint32(0x08).uint32(0).join();
        w.uint32(0x12).fork().join();
      },
    });
    expect(refusal(zero)).toMatchObject({ code: 'SG_LAYOUT', tensor: 'w' });
  });
});

describe('JSON', () => {
  const layout = (members: string) =>
    `{"current_stage":0,"parallel_strategy_item":{},"parallel_layout_item":{"w":{${members}}}}`;
  const good = '"dev_matrix":[2,4],"tensor_map":[0,-1],"opt_weight_shard_step":0,"opt_weight_shard_size":0';

  test('several axes a dimension, and what may be left out', () => {
    const text = layout(good.replace('[0,-1]', '[[1,0],-1,[-1]]'));
    expect(readStrategyFile(utf8(` \n${text}`)).layouts.get('w')).toEqual({
      deviceMatrix: [2, 4],
      tensorMap: [[1, 0], [-1], [-1]],
      optShardStep: 0,
      optShardSize: 0,
      paramSplitShape: [],
      indicesOffset: [],
      field: 0,
    });
    const staged = text
      .replace('"current_stage":0,', '')
      .replace(
        /"parallel_strategy_item":\{\}/,
        '"parallel_strategy_item":{"n":{"stage":3,"parallel_strategy":[[1]]}}',
      );
    expect(readStrategyFile(utf8(staged))).toMatchObject({
      currentStage: 3,
      items: [{ node: 'n', stage: 3, strategies: [[1]] }],
    });
  });

  const bad: [string, string, RegExp][] = [
    ['a BOM', `\ufeff${layout(good)}`, /read as JSON, .*byte 0/],
    ['a cut file', layout(good).slice(0, -5), /read as JSON/],
    ['a list', '[1]', /the file must be an object, it is a list/],
    ['a key twice', layout(`${good},"dev_matrix":[1]`), /dev_matrix.*twice/],
    ['a parameter twice', layout(`${good}},"w":{${good}`), /'w'.*twice/],
    [
      'a huge integer',
      layout(good.replace('[2,4]', '[2,9007199254740993]')),
      /below 2\^53, it is 9007199254740993/,
    ],
    ['a fraction', layout(good.replace('[2,4]', '[2,1.5]')), /integer.*1\.5/],
    ['a text for a number', layout(good.replace('[2,4]', '["2"]')), /dev_matrix of 'w' must be .* a text/],
    [
      'no dev_matrix',
      layout(good.replace('dev_matrix', 'x')),
      /dev_matrix of 'w' must be a list, it is missing/,
    ],
    ['no tensor_map', layout(good.replace('tensor_map', 'x')), /tensor_map of 'w'.*missing/],
    [
      'no optimizer sharding',
      layout(good.replace('shard_step', 'x')),
      /opt_weight_shard_step of 'w'.*missing/,
    ],
    ['no layouts', '{"current_stage":0}', /parallel_layout_item must be an object, it is missing/],
    ['empty layouts', '{"current_stage":0,"parallel_layout_item":{}}', /holds no layout/],
    [
      'a layout that is null',
      layout(good).replace(/\{"dev.*\}\}\}/, 'null}}'),
      /'w' must be an object, it is null/,
    ],
    ['no stage', layout(good).replace('"current_stage":0,', ''), /current_stage must be .* missing/],
    ['nesting of 10,000', '['.repeat(10_000), /read as JSON/],
    ['an index of weights', '{"metadata":{},"weight_map":{}}', /parallel_layout_item/],
  ];
  test.each(bad)('refuses %s', (_, text, message) => {
    const fault = refusal(utf8(text));
    expect(fault.code).toBe('SG_PARSE');
    expect(fault.message).toMatch(message);
  });

  test('a layout that means nothing is refused by name', () => {
    const text = layout(good.replace('[0,-1]', '[2,-1]'));
    expect(refusal(utf8(text))).toMatchObject({ code: 'SG_LAYOUT', tensor: 'w' });
  });
});
