import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Expected, fixture, hashes, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder, TEST_DATA } from './run-cli.ts';
import { readSafetensors } from './safetensors-file.ts';

const scratch = scratchFolder();
let formats = '';
beforeAll(() => {
  formats = copyFixture('ckpt_formats', scratch.path);
});
afterAll(scratch.remove);

let count = 0;
const out = () => join(scratch.path, `out${count++}`);
const mindSpore = (name: string) => readFileSync(join(TEST_DATA, 'fixtures/ckpt_formats', name));

async function convert(source: string, to: 'safetensors' | 'ckpt', ...more: string[]) {
  const folder = out();
  const ran = await runCli(['convert', source, '--to', to, '--out', folder, ...more]);
  return { ...ran, folder };
}

/** Converts a damaged copy, which must be refused with nothing written and the source as it was. */
async function refused(source: string, to: 'safetensors' | 'ckpt', ...more: string[]) {
  const before = readFileSync(source);
  const { code, stderr, folder } = await convert(source, to, ...more);
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(scratch.path).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(readFileSync(source).equals(before)).toBe(true);
  return { code, stderr };
}

/** A copy of a file of MindSpore's, changed. */
function damaged(name: string, change: (bytes: Buffer) => Uint8Array): string {
  const folder = join(scratch.path, `damaged${count++}`);
  mkdirSync(folder);
  const path = join(folder, name);
  writeFileSync(path, change(Buffer.from(mindSpore(name))));
  return path;
}

describe('the bytes that MindSpore writes', () => {
  test('.ckpt to safetensors, and back', async () => {
    const there = await convert(join(formats, 'all_dtypes.ckpt'), 'safetensors');
    expect(there.stdout).toMatch(/^Converted 17 tensors, .* in 2 files, to .*, verified\.\n$/);
    const safetensors = join(there.folder, 'all_dtypes.safetensors');
    expect(readFileSync(safetensors).equals(mindSpore('to_safetensors/all_dtypes.safetensors'))).toBe(true);
    const back = await convert(safetensors, 'ckpt');
    const ckpt = join(back.folder, 'all_dtypes.ckpt');
    expect(readFileSync(ckpt).equals(mindSpore('back_to_ckpt/all_dtypes.ckpt'))).toBe(true);
  });

  test('a folder of rank folders: one file for each, in the same place', async () => {
    const before = hashes(formats);
    const { code, stderr, folder } = await convert(join(formats, 'distributed_ckpt'), 'safetensors');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.safetensors'),
    );
    expect(files).toHaveLength(8);
    for (const file of files)
      expect(readFileSync(join(folder, file)).equals(mindSpore(`distributed_safetensors/${file}`))).toBe(
        true,
      );
    expect(hashes(formats)).toEqual(before);
  });

  test('rank folders of .ckpt are merged as those of safetensors are', async () => {
    const folder = out();
    const strategy = join(TEST_DATA, 'fixtures/dp2_mp4/strategy');
    const { code, stderr } = await runCli([
      ...['merge', join(formats, 'distributed_ckpt'), '--strategy', strategy, '--out', folder],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const expected = fixture<{ tensors: Expected; hyper: Expected }>('dp2_mp4/expected.json');
    expect(tensorsIn(join(folder, 'part0.safetensors'))).toEqual(expected.tensors);
    expect(tensorsIn(join(folder, 'hyper_param.safetensors'))).toEqual(expected.hyper);
  });
});

describe('the meta.json that training resumes by', () => {
  let source = '';
  beforeAll(() => {
    source = copyFixture('training_output', join(scratch.path, 'run'));
  });
  const metasIn = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('meta.json'))
      .sort();
  const metaOf = (rank: number) => join('checkpoint', `rank_${rank}`, 'meta.json');
  const ALL = [0, 1, 2, 3, 4, 5, 6, 7].map(metaOf);

  test('names the newest save of each rank in its new format: training resumes from there and back', async () => {
    // As training left it: rank 3 lacks the newest save. A lost one is written again all the same.
    rmSync(join(source, metaOf(5)));
    const there = await convert(source, 'ckpt');
    expect(there.code).toBe(0);
    expect(metasIn(there.folder)).toEqual(ALL);
    for (const rank of [0, 3, 7])
      expect(readFileSync(join(there.folder, metaOf(rank)), 'utf8')).toBe(
        readFileSync(join(source, metaOf(rank)), 'utf8').replace('.safetensors', '.ckpt'),
      );
    const back = await convert(there.folder, 'safetensors');
    for (const rank of [0, 3, 7])
      expect(readFileSync(join(back.folder, metaOf(rank)))).toEqual(readFileSync(join(source, metaOf(rank))));
    for (const { folder } of [there, back]) {
      const strategy = ['--strategy', join(source, 'strategy')];
      const { stdout } = await runCli(['resume-check', folder, ...strategy, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({
        step: 20,
        resume: { automatic: { type: 'save', suffix: '1_20', boundBy: 3 } },
      });
    }
  });

  test('of the saves that were asked for; the plan says so', async () => {
    const folder = out();
    const asked = ['convert', source, '--to', 'ckpt', '--out', folder, '--file-name-regex', '-1_10'];
    const { outputs, facts } = JSON.parse((await runCli([...asked, '--dry-run', '--json'])).stdout);
    const metas = outputs.filter(({ path }: { path: string }) => path.endsWith('meta.json'));
    expect(metas).toHaveLength(8);
    expect(facts).toContain('meta.json of each rank names its newest save, for training to resume from.');
    expect((await runCli(asked)).code).toBe(0);
    expect(readFileSync(join(folder, metaOf(5)), 'utf8')).toBe(
      '{"last_epoch": 1, "last_step": 10, "last_ckpt_file": "llama_tiny_rank_5-1_10.ckpt"}',
    );
  });

  test('not for weights alone, nor where the source has none', async () => {
    const network = await convert(source, 'ckpt', '--file-name-regex', '-network-');
    const none = await convert(join(formats, 'distributed_ckpt'), 'safetensors');
    const alone = await convert(join(source, 'checkpoint/rank_0'), 'ckpt');
    for (const { code, folder } of [network, none, alone])
      expect({ code, metas: metasIn(folder) }).toEqual({ code: 0, metas: [] });
  });
});

test('ranks that have the new format already are said not to be in the output', async () => {
  const mixed = copyFixture('ckpt_formats/distributed_ckpt', join(scratch.path, 'mixed'));
  for (const rank of ['rank_0', 'rank_1']) {
    rmSync(join(mixed, rank), { recursive: true });
    cpSync(join(formats, 'distributed_safetensors', rank), join(mixed, rank), { recursive: true });
  }
  const { code, stderr } = await convert(mixed, 'safetensors');
  expect(code).toBe(0);
  expect(stderr).toBe(
    "warning: 2 files have the new format already and are not copied along: 'rank_0/llama_tiny_rank_0-1_10.safetensors' and 'rank_1/llama_tiny_rank_1-1_10.safetensors'.\n",
  );
});

test('texts become metadata, which is said, and go back', async () => {
  const there = await convert(join(formats, 'with_string.ckpt'), 'safetensors');
  expect(there.stderr).toBe(
    "warning: 1 text (str parameter) becomes metadata, as safetensors holds tensors only: 'note'.\n",
  );
  const back = await convert(join(there.folder, 'with_string.safetensors'), 'ckpt', '--quiet');
  const inspect = await runCli(['inspect', join(back.folder, 'with_string.ckpt'), '--json']);
  expect(JSON.parse(inspect.stdout)).toMatchObject({ tensorCount: 2, metadata: { note: 'hello' } });
});

test('--name-map renames, --crc adds a checksum that verify checks', async () => {
  const map = join(scratch.path, 'map.json');
  writeFileSync(map, '{"t.f32": "weight", "absent": "x"}');
  const made = await convert(
    join(formats, 'all_dtypes.ckpt'),
    'safetensors',
    '--name-map',
    map,
    '--crc',
    '--quiet',
  );
  const path = join(made.folder, 'all_dtypes.safetensors');
  const given = readSafetensors(join(formats, 'to_safetensors/all_dtypes.safetensors'));
  const found = readSafetensors(path);
  expect(found.get('weight')).toEqual(given.get('t.f32'));
  expect(found.size).toBe(given.size);
  expect(found.has('t.f32')).toBe(false);
  expect((await runCli(['verify', path])).code).toBe(0);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = 0x5a;
  writeFileSync(path, bytes);
  const verified = await runCli(['verify', path]);
  expect(verified.code).toBe(1);
  expect(verified.stdout + verified.stderr).toMatch(/CRC32 stored \d+, computed \d+/);
});

test('--file-name-regex chooses files, --dry-run writes none', async () => {
  const { code, stdout, folder } = await convert(
    ...([
      join(formats, 'distributed_ckpt'),
      'safetensors',
      '--file-name-regex',
      'rank_[1-3]-',
      '--dry-run',
    ] as const),
  );
  expect(code).toBe(0);
  expect(stdout).toContain('3 .ckpt files become safetensors.');
  expect(stdout.match(/rank_\d\/\S+/g)).toEqual([
    'rank_1/llama_tiny_rank_1-1_10.safetensors',
    'rank_2/llama_tiny_rank_2-1_10.safetensors',
    'rank_3/llama_tiny_rank_3-1_10.safetensors',
  ]);
  expect(existsSync(folder)).toBe(false);
});

describe('refused, with nothing written:', () => {
  test('a file that does not have its CRC', async () => {
    const path = damaged('all_dtypes_crc.ckpt', (bytes) =>
      bytes.fill(0x5a, bytes.length - 19, bytes.length - 18),
    );
    const { code, stderr } = await refused(path, 'safetensors');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /all_dtypes_crc\.ckpt changed after it was saved: CRC32 stored \d+, computed \d+\./,
    );
    const without = damaged('crc.safetensors', (bytes) => bytes.fill(0x5a, bytes.length - 1));
    expect((await refused(without, 'ckpt')).stderr).toContain('CRC32 stored');
  });

  test('a CRC that is cut', async () => {
    const path = damaged('all_dtypes_crc.ckpt', (bytes) => bytes.subarray(0, -3));
    const { code, stderr } = await refused(path, 'safetensors');
    expect(code).toBe(3);
    expect(stderr).toContain('at byte 2027');
  });

  // MindSpore takes the first for twice zeros, and crashes on the second.
  test.each([
    ['too little content', [3], 'needs 12 bytes, file has 8'],
    ['too much content', [1], 'needs 4 bytes, file has 8'],
  ])('%s', async (_, dims, words) => {
    const tensor = [
      ...dims.flatMap((dim) => [8, dim]),
      18,
      7,
      ...Buffer.from('Float32'),
      26,
      8,
      ...Array(8).fill(1),
    ];
    const value = [10, 1, 0x77, 18, tensor.length, ...tensor];
    const path = damaged('all_dtypes.ckpt', () => Uint8Array.from([10, value.length, ...value]));
    const { code, stderr } = await refused(path, 'safetensors');
    expect(code).toBe(3);
    expect(stderr).toContain(`'w' [${dims}] Float32 ${words}`);
  });

  test('an encrypted file', async () => {
    const path = damaged('all_dtypes.ckpt', (bytes) => {
      bytes.writeUInt32LE(0x7f3a5ed8);
      return bytes;
    });
    const { code, stderr } = await refused(path, 'safetensors');
    expect(code).toBe(3);
    expect(stderr).toContain('encrypted');
    expect(stderr).toContain(path);
  });

  test.each([
    ['{"t.f32": "same", "t.f64": "same"}', "'t.f32' and 't.f64' would both be named 'same'"],
    ['{"t.f32": ""}', "'t.f32' would get no name"],
    ['{"t.f32": "__metadata__"}', "'t.f32' would get the name __metadata__"],
    ['{"t.f32": 5}', "the new name of 't.f32' is no text"],
    ['not json', 'this is no map of names'],
  ])('the name map %s', async (map, words) => {
    const path = join(scratch.path, `map${count++}.json`);
    writeFileSync(path, map);
    const { code, stderr } = await refused(
      join(formats, 'all_dtypes.ckpt'),
      'safetensors',
      '--name-map',
      path,
    );
    expect(code).toBe(3);
    expect(stderr).toContain(words);
  });

  test('a pattern that is none, a source without such files', async () => {
    const source = join(formats, 'all_dtypes.ckpt');
    expect(await refused(source, 'safetensors', '--file-name-regex', '(')).toMatchObject({ code: 2 });
    const { code, stderr } = await refused(source, 'ckpt');
    expect(code).toBe(3);
    expect(stderr).toContain('no .safetensors file');
  });
});
