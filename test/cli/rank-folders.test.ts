import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byteCount, type Expected, fixture, hashes, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder, TEST_DATA } from './run-cli.ts';

const scratch = scratchFolder();
const FAMILIES = ['dp2_mp4', 'dp2_mp2_pp2', 'dp2_mp2_pp2_dedup', 'dp4_mp2_opt2_dedup', 'dp4_mp2_opt2'];
const family: Record<string, string> = {};
beforeAll(() => {
  for (const name of [...FAMILIES, 'dp2_mp4_two_axes', 'dp4_mp2_opt_all'])
    family[name] = copyFixture(name, scratch.path);
});
afterAll(scratch.remove);

const out = (name: string) => join(scratch.path, 'out', name);
const at = (name: string, ...below: string[]) => join(family[name] ?? '', ...below);
const slicesOf = (name: string) =>
  fixture<{ slices: Record<string, Expected> }>(`${name}/expected.json`).slices;
const savedAs = (rank: number | string) => `llama_tiny_rank_${rank}-1_10.safetensors`;

function expectRanks(folder: string, ranks: Record<string, Expected>, file: (rank: string) => string) {
  const folders = Object.keys(ranks).map((rank) => `rank_${rank}`);
  expect(readdirSync(folder).sort()).toEqual([...folders, 'shardscope-report.json'].sort());
  for (const [rank, tensors] of Object.entries(ranks))
    expect(tensorsIn(join(folder, `rank_${rank}`, file(rank))), `rank ${rank}`).toEqual(tensors);
}

/** The deduplicated fixture holds other weights, saved by MindSpore under the same strategy: the names tell. */
function expectKept(path: string, name: string, rank: string, slices: Expected): Expected {
  const saved = tensorsIn(at(`${name}_dedup`, 'checkpoint', `rank_${rank}`, savedAs(rank)));
  const kept = tensorsIn(path);
  expect(Object.keys(kept).sort()).toEqual(Object.keys(saved).sort());
  expect(slices).toMatchObject(kept);
  return kept;
}

describe('slice', () => {
  test.each(['dp2_mp4', 'dp2_mp2_pp2', 'dp4_mp2_opt2'])(
    '%s: MindSpore’s slices on each rank',
    async (name) => {
      const before = hashes(at(name));
      const folder = out(`slice-${name}`);
      const { code, stdout, stderr } = await runCli([
        ...['slice', at(name, 'complete'), '--strategy', at(name, 'strategy'), '--out', folder, '--json'],
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        out: folder,
        tensors: 122,
        verified: true,
        unmatched: { notInStrategy: [], notInWeights: [] },
      });
      expectRanks(folder, slicesOf(name), () => 'net.safetensors');
      expect(hashes(at(name))).toEqual(before);
    },
  );

  test('--rank writes these ranks alone', async () => {
    const folder = out('slice-some');
    const { code, stdout } = await runCli([
      ...['slice', at('dp2_mp4', 'complete'), '--strategy', at('dp2_mp4', 'merged_ckpt_strategy.ckpt')],
      ...['--rank', '6', '1', '--out', folder],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Sliced 122 tensors, .* in 3 files, to .*, verified\.\n$/);
    const slices = slicesOf('dp2_mp4');
    expectRanks(folder, { 1: slices[1] ?? {}, 6: slices[6] ?? {} }, () => 'net.safetensors');
  });

  test('--remove-redundancy keeps the copies that MindSpore keeps', async () => {
    const folder = out('slice-once');
    const { code } = await runCli([
      ...['slice', at('dp2_mp2_pp2', 'complete'), '--strategy', at('dp2_mp2_pp2', 'strategy')],
      ...['--remove-redundancy', '--out', folder],
    ]);
    expect(code).toBe(0);
    for (const [rank, tensors] of Object.entries(slicesOf('dp2_mp2_pp2')))
      expectKept(join(folder, `rank_${rank}`, 'net.safetensors'), 'dp2_mp2_pp2', rank, tensors);
  });

  test('what strategy and weights do not have in common: all names in --json, the first few in words', async () => {
    // The strategy of the whole training, weights without the optimizer's second moment and with a stranger.
    const weights = out('partial');
    const made = await runCli([
      ...['merge', at('dp2_mp4'), '--filter-out-param-prefix', 'adam_v.', '--out', weights, '--quiet'],
    ]);
    expect(made.code).toBe(0);
    const args = [
      'slice',
      weights,
      '--strategy',
      at('dp2_mp4', 'strategy'),
      '--out',
      out('not'),
      '--dry-run',
    ];
    const { stdout } = await runCli([...args, '--json']);
    const { unmatched, warnings } = JSON.parse(stdout);
    expect(unmatched.notInStrategy).toEqual([]);
    expect(unmatched.notInWeights).toHaveLength(39);
    expect(unmatched.notInWeights).toContain('adam_v.lm_head.weight');
    const words = await runCli(args);
    expect(words.stderr).toBe(`warning: ${warnings[0]}\n`);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^39 parameters of the strategy are not in the weights: '.*', '.*', '.*' and 36 more\.$/,
      ),
    ]);
    expect(existsSync(out('not'))).toBe(false);
  });

  test("weights under Hugging Face's names are refused, though one name is the same: exit code 3", async () => {
    const { code, stderr } = await runCli([
      ...['slice', join(TEST_DATA, 'fixtures/hf_llama'), '--strategy', at('dp2_mp4', 'strategy')],
      ...['--out', out('not')],
    ]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /29 of the 30 tensors are not in the strategy: .* \(CP_EMPTY\) Rename the weights/,
    );
    expect(existsSync(out('not'))).toBe(false);
  });

  test('a folder of ranks cannot be sliced: exit code 3, with the way out', async () => {
    const { code, stderr } = await runCli([
      ...['slice', at('dp2_mp4', 'checkpoint'), '--strategy', at('dp2_mp4', 'strategy'), '--out', out('not')],
    ]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/\(CP_NOT_DISTRIBUTED\) Reshard them/);
  });
});

describe('reshard', () => {
  test.each([
    ['dp2_mp4', 'dp2_mp2_pp2'],
    ['dp2_mp2_pp2', 'dp4_mp2_opt_all'],
    ['dp2_mp2_pp2_dedup', 'dp2_mp4_two_axes'],
    ['dp4_mp2_opt2_dedup', 'dp2_mp4'],
  ])('%s to %s: MindSpore’s slices on each rank', async (from, to) => {
    const before = hashes(at(from));
    const folder = out(`reshard-${from}-${to}`);
    const { code, stderr } = await runCli([
      ...['reshard', at(from, 'checkpoint'), '--src-strategy', at(from, 'strategy')],
      ...['--dst-strategy', at(to, 'merged_ckpt_strategy.ckpt'), '--out', folder],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { ranks } = fixture<{ ranks: Record<string, Expected> }>(`reshard_${from}__to__${to}.json`);
    expectRanks(folder, ranks, () => 'net.safetensors');
    expect(hashes(at(from))).toEqual(before);
  });

  test('--dry-run writes nothing; --rank counts these ranks alone', async () => {
    const folder = out('dry');
    const { code, stdout } = await runCli([
      ...['reshard', at('dp2_mp4'), '--dst-strategy', at('dp2_mp2_pp2', 'strategy'), '--rank', '7'],
      ...['--out', folder, '--dry-run', '--json'],
    ]);
    expect(code).toBe(0);
    const plan = JSON.parse(stdout);
    expect(plan.outputs.map((one: { path: string }) => one.path)).toEqual([
      'rank_7/net.safetensors',
      'shardscope-report.json',
    ]);
    expect(plan.commandLine).toBe(
      `shardscope reshard ${at('dp2_mp4')} --dst-strategy ${at('dp2_mp2_pp2', 'strategy')} --out ${folder} --rank 7`,
    );
    expect(existsSync(folder)).toBe(false);
  });

  test('the ranks that a plan reads are enough for it', async () => {
    const source = copyFixture('dp2_mp2_pp2', join(scratch.path, 'enough'));
    const args = ['reshard', source, '--dst-strategy', at('dp4_mp2_opt_all', 'strategy'), '--rank', '5'];
    const planned = await runCli([...args, '--out', out('enough'), '--dry-run', '--json']);
    const { ranksRead } = JSON.parse(planned.stdout);
    // Half of each matrix is on ranks of one model-parallel part; what is whole is read from the first that has it.
    expect(ranksRead).toEqual([0, 1, 4, 5]);
    for (const rank of [2, 3, 6, 7]) rmSync(join(source, 'checkpoint', `rank_${rank}`), { recursive: true });
    const { code } = await runCli([...args, '--out', out('enough')]);
    expect(code).toBe(0);
    const { ranks } = fixture<{ ranks: Record<string, Expected> }>(
      'reshard_dp2_mp2_pp2__to__dp4_mp2_opt_all.json',
    );
    expectRanks(out('enough'), { 5: ranks[5] ?? {} }, () => 'net.safetensors');
  });

  test('a damaged rank file: exit code 3, the file named, nothing written', async () => {
    const source = copyFixture('dp2_mp4', join(scratch.path, 'damaged'));
    truncateSync(join(source, 'checkpoint', 'rank_2', savedAs(2)), 9000);
    const { code, stderr } = await runCli([
      ...['reshard', source, '--dst-strategy', at('dp2_mp2_pp2', 'strategy'), '--out', out('not')],
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain(savedAs(2));
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(out('not'))).toBe(false);
  });

  test('a rank beyond the strategy, and a strategy that is none: exit code 3', async () => {
    const beyond = await runCli([
      ...['reshard', at('dp2_mp4'), '--dst-strategy', at('dp2_mp2_pp2', 'strategy'), '--rank', '8'],
      ...['--out', out('not'), '--json'],
    ]);
    expect(beyond.code).toBe(3);
    expect(JSON.parse(beyond.stdout).error).toMatchObject({ code: 'SG_DEVICES', found: '8' });
    const broken = join(scratch.path, 'broken.ckpt');
    writeFileSync(broken, '\x08\x01\x1a');
    const none = await runCli(['reshard', at('dp2_mp4'), '--dst-strategy', broken, '--out', out('not')]);
    expect(none.code).toBe(3);
    expect(none.stderr).toMatch(/\(SG_PARSE\)/);
  });
});

describe('dedupe and restore', () => {
  test.each(['dp2_mp2_pp2', 'dp4_mp2_opt2'])('%s: what MindSpore keeps, and back again', async (name) => {
    const lean = out(`dedupe-${name}`);
    const removed = await runCli(['dedupe', at(name), '--out', lean, '--json']);
    expect({ code: removed.code, stderr: removed.stderr }).toEqual({ code: 0, stderr: '' });
    const slices = slicesOf(name);
    let bytes = 0;
    for (const rank of Object.keys(slices)) {
      const path = join(lean, `rank_${rank}`, savedAs(rank));
      bytes += byteCount(expectKept(path, name, rank, slices[rank] ?? {}));
    }
    const before = Object.values(slices).reduce((sum, rank) => sum + byteCount(rank), 0);
    expect(JSON.parse(removed.stdout).redundancy).toEqual({ bytesBefore: before, bytesAfter: bytes });

    const back = out(`restore-${name}`);
    const restored = await runCli([
      ...['restore', lean, '--strategy', at(name, 'strategy'), '--out', back, '--json'],
    ]);
    expect({ code: restored.code, stderr: restored.stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(restored.stdout).redundancy).toEqual({ bytesBefore: bytes, bytesAfter: before });
    expectRanks(back, slices, savedAs);
  });

  test('restore makes a lost rank anew: its slices from replicas, its step count from another rank', async () => {
    const source = copyFixture('dp2_mp2_pp2', join(scratch.path, 'lost'));
    rmSync(join(source, 'checkpoint', 'rank_6'), { recursive: true });
    const { code, stderr } = await runCli(['restore', source, '--out', out('lost')]);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: Hyper parameters of rank 6 are copies of those of rank 0.\n');
    expectRanks(out('lost'), slicesOf('dp2_mp2_pp2'), savedAs);
  });

  test('meta.json goes along and names the save that is written: training resumes from it', async () => {
    const source = copyFixture('training_output', scratch.path);
    const lean = out('meta');
    const planned = await runCli(['dedupe', source, '--out', lean, '--dry-run', '--json']);
    const { outputs, facts } = JSON.parse(planned.stdout);
    const metas = outputs.filter(({ path }: { path: string }) => path.endsWith('/meta.json'));
    expect(metas).toHaveLength(8);
    expect(facts).toContain('meta.json of each rank names this save, for training to resume from.');
    expect((await runCli(['dedupe', source, '--out', lean, '--split', '1/2', '--quiet'])).code).toBe(0);
    expect((await runCli(['dedupe', source, '--out', lean, '--split', '2/2', '--quiet'])).code).toBe(0);
    // Rank 3 lacks the newest save, so that its meta.json alone is of step 20, which is the one that is written.
    const ofRank3 = readFileSync(join(source, 'checkpoint/rank_3/meta.json'), 'utf8');
    for (let rank = 0; rank < 8; rank++)
      expect(readFileSync(join(lean, `rank_${rank}/meta.json`), 'utf8')).toBe(
        ofRank3.replace('rank_3', `rank_${rank}`),
      );
    const report = JSON.parse(readFileSync(join(lean, 'shardscope-report.json'), 'utf8'));
    expect(report.files.filter(({ path }: { path: string }) => path.endsWith('/meta.json'))).toEqual(
      metas.map(({ path, bytes }: { path: string; bytes: number }) =>
        expect.objectContaining({ path, size: bytes, tensors: 0, crc32: expect.any(String) }),
      ),
    );

    const back = out('meta-restored');
    const strategy = ['--strategy', join(source, 'strategy')];
    rmSync(join(lean, 'rank_5/meta.json'));
    expect((await runCli(['restore', lean, ...strategy, '--out', back, '--quiet'])).code).toBe(0);
    const { code, stdout } = await runCli(['resume-check', back, ...strategy, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      step: 20,
      problems: [],
      resume: { automatic: { type: 'save', suffix: '1_20' } },
    });
  });

  test('weights alone, and rank folders without a meta.json, get none', async () => {
    const source = copyFixture('training_output', join(scratch.path, 'no-meta'));
    const written = async (name: string, ...options: string[]) => {
      const { code } = await runCli(['dedupe', source, ...options, '--out', out(name), '--quiet']);
      expect(code).toBe(0);
      return readdirSync(out(name), { recursive: true, encoding: 'utf8' });
    };
    const network = await written('no-meta-network', '--file-suffix', 'network-1_10');
    expect(network).toContain(join('rank_0', 'llama_tiny_rank_0-network-1_10.safetensors'));
    for (let rank = 0; rank < 8; rank++) rmSync(join(source, 'checkpoint', `rank_${rank}`, 'meta.json'));
    const none = await written('no-meta-at-all');
    expect([...network, ...none].filter((path) => path.endsWith('meta.json'))).toEqual([]);
  });

  test('of .ckpt files safetensors are made, which are called so', async () => {
    const source = copyFixture('ckpt_formats/distributed_ckpt', scratch.path);
    const strategy = ['--strategy', at('dp2_mp4', 'strategy')];
    for (const [job, from] of [
      ['dedupe', source],
      ['restore', out('dedupe-ckpt')],
    ] as const) {
      const { code } = await runCli([job, from, ...strategy, '--out', out(`${job}-ckpt`), '--quiet']);
      expect(code).toBe(0);
    }
    expectRanks(out('restore-ckpt'), slicesOf('dp2_mp4'), savedAs);
  });

  test('plan and result say what is saved; a dry run writes nothing', async () => {
    const folder = out('said');
    const change = /193\.7 KiB of tensors before, 91\.8 KiB after, 101\.8 KiB saved\./;
    const planned = await runCli(['dedupe', at('dp2_mp4'), '--out', folder, '--dry-run']);
    expect(planned.code).toBe(0);
    expect(planned.stdout).toMatch(change);
    expect(existsSync(folder)).toBe(false);
    const done = await runCli(['dedupe', at('dp2_mp4'), '--out', folder]);
    expect(done.stdout).toMatch(/^Removed the redundancy of 122 tensors/);
    expect(done.stdout).toMatch(change);
  });

  test('without a strategy nobody knows what is a copy: exit code 3', async () => {
    const alone = copyFixture('dp2_mp4/checkpoint', join(scratch.path, 'alone'));
    for (const job of ['dedupe', 'restore']) {
      const { code, stderr } = await runCli([job, alone, '--out', out('not')]);
      expect(code).toBe(3);
      expect(stderr).toMatch(/\(SG_NOT_FOUND\)/);
    }
  });
});
