import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseReport } from '../../shared/report.ts';
import { type Expected, fixture, hashes, tensorsIn } from './expected.ts';
import { runCli, scratchFolder, TEST_DATA } from './run-cli.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const out = (name: string) => join(scratch.path, name);
const complete = { huggingface: out('huggingface'), mindspore: out('mindspore') } as const;
const expected = fixture<{ tensors: Expected }>('dp2_mp4/expected.json').tensors;

const CONFIG = '{\n  "rms_norm_eps": 1e-05,\n  "torch_dtype": "float32",\n  "vocab_size": 64\n}\n';
const SIDE: Readonly<Record<string, string | Uint8Array>> = {
  'config.json': CONFIG,
  'generation_config.json': '{"do_sample": true}',
  'tokenizer.json': `{"model": "${'x'.repeat(2_000_000)}"}`,
  'tokenizer.model': Uint8Array.from({ length: 5000 }, (_, i) => i * 31),
  'merges.txt': '',
};

async function merge(source: string, name: string, ...flags: string[]) {
  const folder = out(name);
  const { code, stdout, stderr } = await runCli([
    ...['merge', source, '--out', folder, '--no-fsync', '--json'],
    ...flags,
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return { folder, result: JSON.parse(stdout), names: readdirSync(folder).sort() };
}

const weightsIn = (folder: string) =>
  tensorsIn(
    ...readdirSync(folder)
      .filter((name) => /^(part|model).*\.safetensors$/.test(name))
      .map((name) => join(folder, name)),
  );

beforeAll(async () => {
  const source = join(TEST_DATA, 'fixtures', 'dp2_mp4');
  for (const names of ['huggingface', 'mindspore'] as const) await merge(source, names, '--names', names);
  for (const [name, bytes] of Object.entries(SIDE)) writeFileSync(join(complete.huggingface, name), bytes);
  writeFileSync(join(complete.huggingface, 'README.md'), '# mine');
});

describe('complete weights in files of another size', () => {
  test.each([
    ['huggingface', 'huggingface'],
    ['huggingface', 'mindspore'],
    ['mindspore', 'huggingface'],
    ['mindspore', 'mindspore'],
  ] as const)('from %s names to %s names', async (from, to) => {
    const before = hashes(complete[from]);
    const { folder, names } = await merge(
      complete[from],
      `${from}-${to}`,
      ...['--names', to, '--max-shard-size', '20KiB'],
    );
    const weights = names.filter((name) => /^(part\d+|model-\d+-of-\d+)\.safetensors$/.test(name));
    expect(weights.length).toBeGreaterThan(3);
    expect(weightsIn(folder)).toEqual(expected);
    const index = JSON.parse(
      readFileSync(
        join(folder, to === 'mindspore' ? 'param_name_map.json' : 'model.safetensors.index.json'),
        'utf8',
      ),
    );
    expect(new Set(Object.values(index.weight_map))).toEqual(new Set(weights));
    expect(Object.keys(index.weight_map).sort()).toEqual(Object.keys(expected).sort());
    expect(names.includes('hyper_param.safetensors')).toBe(from === 'mindspore' && to === 'mindspore');
    expect(hashes(complete[from])).toEqual(before);
  });

  test('configuration and tokenizer go along to a Hugging Face folder, byte for byte', async () => {
    const { folder, names, result } = await merge(
      complete.huggingface,
      'with-side',
      '--names',
      'huggingface',
    );
    for (const [name, bytes] of Object.entries(SIDE))
      expect(Buffer.compare(readFileSync(join(folder, name)), Buffer.from(bytes)), name).toBe(0);
    expect(names).not.toContain('README.md');
    expect(result.tensors).toBe(Object.keys(expected).length);
    const report = parseReport(readFileSync(join(folder, 'shardscope-report.json'), 'utf8'));
    expect(report.tensors).toHaveLength(Object.keys(expected).length);
    const { bytes } = report.counts;
    expect(bytes.in + bytes.repeated + bytes.cast).toBe(
      bytes.out + bytes.leftOut + bytes.redundant + bytes.unused,
    );
    // zlib's CRC-32 of "{"do_sample": true}".
    expect(report.files.find(({ path }) => path === 'generation_config.json')?.crc32).toBe('f4e39b91');
    const again = await runCli(['verify', folder, '--json']);
    expect(again.code).toBe(0);
  });

  test('a cast is written into config.json, all else of it stays', async () => {
    const { folder, result } = await merge(
      complete.huggingface,
      'cast',
      ...['--names', 'huggingface', '--dtype', 'f16', '--weights-only'],
    );
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe(CONFIG.replace('float32', 'float16'));
    expect(result.files.map(({ path }: { path: string }) => path)).toContain(join(folder, 'config.json'));
    expect(Object.values(weightsIn(folder)).every(({ dtype }) => dtype === 'float16')).toBe(true);
  });

  test('to MindSpore names they stay behind, and the plan says so', async () => {
    const { stdout } = await runCli([
      'merge',
      complete.huggingface,
      '--out',
      out('dry'),
      '--dry-run',
      '--json',
    ]);
    expect(JSON.parse(stdout).facts).toContain(
      "Not copied, as only Hugging Face's folders have them: 'config.json', 'generation_config.json', 'merges.txt' and 2 more.",
    );
  });

  test.each(['huggingface', 'mindspore'] as const)(
    'converted to .ckpt and back, %s weights keep what lies beside them, but no index of files that are gone',
    async (names) => {
      const source = out(`convert-${names}`);
      await merge(complete[names], `convert-${names}`, ...['--names', names, '--max-shard-size', '20KiB']);
      const index = names === 'mindspore' ? 'param_name_map.json' : 'model.safetensors.index.json';
      const convert = async (from: string, to: string, format: string) => {
        const { code, stderr } = await runCli(['convert', from, '--to', format, '--out', to]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        return readdirSync(to).sort();
      };
      const plan = await runCli([
        'convert',
        source,
        '--to',
        'ckpt',
        '--out',
        out('dry'),
        '--dry-run',
        '--json',
      ]);
      expect(JSON.parse(plan.stdout).facts).toContain(
        `Not copied, as it names .safetensors files: '${index}'. The .ckpt files are loaded together without one.`,
      );
      const there = await convert(source, `${source}-ckpt`, 'ckpt');
      const before = readdirSync(source).filter((name) => name !== index);
      expect(there).toEqual(before.map((name) => name.replace(/safetensors$/, 'ckpt')).sort());
      const back = await convert(`${source}-ckpt`, `${source}-back`, 'safetensors');
      expect(back).toEqual(before.sort());
      const side = names === 'huggingface' ? Object.entries(SIDE) : [];
      for (const folder of [`${source}-ckpt`, `${source}-back`])
        for (const [name, bytes] of side)
          expect(Buffer.compare(readFileSync(join(folder, name)), Buffer.from(bytes)), name).toBe(0);
      expect(weightsIn(`${source}-back`)).toEqual(expected);
      for (const folder of [`${source}-ckpt`, `${source}-back`])
        expect((await runCli(['verify', folder, '--json'])).code, folder).toBe(0);
    },
  );

  test('a link to a file elsewhere is followed; one that leads nowhere is left', async () => {
    const folder = out('linked');
    mkdirSync(folder);
    symlinkSync(join(complete.huggingface, 'model.safetensors'), join(folder, 'model.safetensors'));
    symlinkSync(join(complete.huggingface, 'tokenizer.json'), join(folder, 'tokenizer.json'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'config.json'));
    const { names } = await merge(folder, 'from-links', '--names', 'huggingface');
    expect(names).toContain('tokenizer.json');
    expect(names).not.toContain('config.json');
  });
});
