import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { SCENARIO_IDS } from '../../shared/loading/scenarios.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

/** A copy in a folder of its own, whose name a shell and YAML both have to take care with. */
function copied(fixture: string, name: string): string {
  const folder = join(scratch.path, `${name} #1's`);
  mkdirSync(folder, { recursive: true });
  return copyFixture(fixture, folder);
}

/** The documents of a YAML 1.1 stream; fails on any error in it. */
function documents(stream: string): unknown[] {
  return parseAllDocuments(stream, { version: '1.1' }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

async function config(path: string, scenario: string, ...options: string[]) {
  const { code, stdout, stderr } = await runCli(['config', path, '--scenario', scenario, ...options]);
  expect(stderr).toBe('');
  const all = documents(stdout);
  return {
    code,
    stdout,
    documents: all,
    yaml: all.at(-1) as Record<string, unknown>,
    commands: [...stdout.matchAll(/^# {4}\$ (shardscope .*)$/gm)].map((match) => match[1] ?? ''),
  };
}

/** Runs a command as a person pastes it. */
function paste(command: string): void {
  const bin = join(scratch.path, 'bin');
  mkdirSync(bin, { recursive: true });
  const cli = resolve(process.env.SHARDSCOPE_BUNDLES ?? 'dist', 'cli.js');
  writeFileSync(join(bin, 'shardscope'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  chmodSync(join(bin, 'shardscope'), 0o755);
  const { status, stderr } = spawnSync('sh', ['-c', command], {
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    encoding: 'utf8',
  });
  expect(stderr).not.toContain('shardscope:');
  expect(status).toBe(0);
}

test('rank folders of the newest save load with their own layout as they are', async () => {
  const folder = copied('dp4_mp2_opt2_dedup', 'same');
  const { code, yaml, commands } = await config(folder, 'same-layout');
  expect(code).toBe(0);
  expect(commands).toEqual([]);
  expect(yaml).toMatchObject({
    load_checkpoint: join(folder, 'checkpoint'),
    load_ckpt_format: 'safetensors',
    auto_trans_ckpt: false,
    use_parallel: true,
    remove_redundancy: true,
    parallel: {
      enable_parallel_optimizer: true,
      parallel_optimizer_config: { optimizer_weight_shard_size: 2 },
    },
    parallel_config: { data_parallel: 4, model_parallel: 2, pipeline_stage: 1, vocab_emb_dp: false },
    callbacks: [{ type: 'CheckpointMonitor', prefix: 'llama_tiny', remove_redundancy: true }],
  });
});

test('a rank that lacks the newest save: the command that must run first works, and then it loads', async () => {
  const folder = copied('training_output', 'older');
  const before = await config(folder, 'same-layout');
  expect(before.code).toBe(1);
  expect(before.commands).toHaveLength(1);
  for (const command of before.commands) paste(command);
  const written = before.yaml.load_checkpoint as string;
  expect(written).toBe(join(folder, '..', 'ranks_step20'));
  const after = await config(written, 'same-layout', '--strategy', join(folder, 'strategy'));
  expect(after.code).toBe(0);
  const { callbacks: _, ...rest } = before.yaml;
  expect(after.yaml).toMatchObject(rest);
  // Resuming needs no copy: the file is named.
  const resume = await config(folder, 'resume');
  expect(resume.code).toBe(0);
  expect(resume.yaml).toMatchObject({
    load_checkpoint: join(folder, 'checkpoint'),
    resume_training: 'llama_tiny_rank_0-1_20.safetensors',
  });
});

test.each(['several-cards', 'inference-one-card'])(
  'rank folders for %s: merged by the command that is shown, then ready',
  async (scenario) => {
    const folder = copied('dp2_mp4', scenario);
    const layout = scenario.endsWith('one-card') ? [] : ['--data-parallel', '2', '--model-parallel', '2'];
    const before = await config(folder, scenario, ...layout);
    expect(before.code).toBe(1);
    expect(before.commands.join()).toContain('--weights-only');
    for (const command of before.commands) paste(command);
    const after = await config(before.yaml.load_checkpoint as string, scenario, ...layout);
    expect(after.code).toBe(0);
    const { callbacks: _, ...rest } = before.yaml;
    expect(after.yaml).toMatchObject(rest);
  },
);

test.each(['hf_llama', 'dp2_mp4/complete', 'dp2_mp2_pp2'])(
  'weights cut for machines without a common disk, from %s: all commands work',
  async (fixture) => {
    const folder = copied(fixture, `sliced-${fixture.replace('/', '-')}`);
    const layout = [
      '--data-parallel',
      '2',
      '--model-parallel',
      '2',
      '--pipeline-stage',
      '1',
      '--machines',
      '2',
    ];
    const before = await config(folder, 'no-shared-disk-sliced', ...layout);
    expect(before.code).toBe(1);
    for (const command of before.commands) paste(command);
    const strategy = /--(?:dst-)?strategy ('.*?\.ckpt')/.exec(before.commands.at(-1) ?? '')?.[1] ?? '';
    const path = execFileSync('sh', ['-c', `printf %s ${strategy}`], { encoding: 'utf8' });
    const after = await config(before.yaml.load_checkpoint as string, 'same-layout', '--strategy', path);
    expect(after.code).toBe(0);
    expect(after.yaml).toMatchObject({
      load_checkpoint: before.yaml.load_checkpoint,
      parallel: before.yaml.parallel,
      parallel_config: { data_parallel: 2, model_parallel: 2, pipeline_stage: 1, vocab_emb_dp: true },
    });
  },
);

test('context and expert parallel of the layout to load for', async () => {
  const folder = copied('hf_llama', 'context');
  const numbers = ['--data-parallel', '2', '--context-parallel', '4', '--expert-parallel', '2'];
  const { code, yaml, stdout } = await config(folder, 'several-cards', ...numbers);
  expect(code).toBe(0);
  expect(yaml.parallel_config).toEqual({
    data_parallel: 2,
    model_parallel: 1,
    context_parallel: 4,
    expert_parallel: 2,
    pipeline_stage: 1,
  });
  expect(stdout).toContain('The layout to load for, cards in all: 8');
  expect((await runCli(['config', folder, '--context-parallel', '0'])).code).toBe(2);
});

test('another layout, from rank folders and from .ckpt', async () => {
  const folder = copied('dp2_mp2_pp2', 'other');
  const numbers = ['--data-parallel', '4', '--model-parallel', '2'];
  const { code, yaml } = await config(folder, 'other-layout', ...numbers);
  expect(code).toBe(0);
  expect(yaml).toMatchObject({
    load_checkpoint: join(folder, 'checkpoint'),
    src_strategy_path_or_dir: join(folder, 'strategy'),
    auto_trans_ckpt: true,
    parallel_config: { data_parallel: 4, model_parallel: 2, pipeline_stage: 1 },
  });
  const target = await config(
    folder,
    'other-layout',
    '--dst-strategy',
    copied('dp4_mp2_opt2_dedup/strategy', 'target'),
  );
  expect(target.yaml.parallel_config).toEqual({ data_parallel: 4, model_parallel: 2, pipeline_stage: 1 });

  const ckpt = copied('ckpt_formats/distributed_ckpt', 'ckpt');
  const strategy = copied('dp2_mp4/strategy', 'ckpt');
  const merged = await config(ckpt, 'other-layout', '--strategy', strategy, ...numbers);
  expect(merged.code).toBe(1);
  for (const command of merged.commands) paste(command);
  const after = await config(merged.yaml.load_checkpoint as string, 'several-cards', ...numbers);
  expect(after.code).toBe(0);
  expect(after.yaml).toMatchObject({ load_checkpoint: merged.yaml.load_checkpoint, auto_trans_ckpt: true });
  const same = await config(ckpt, 'same-layout', '--strategy', strategy);
  expect(same.yaml).toMatchObject({ load_checkpoint: ckpt, load_ckpt_format: 'ckpt' });
});

test('machines without a common disk: first what compiles, then what loads, the strategy merged between', async () => {
  const folder = copied('hf_llama', 'separate');
  const { code, documents: all, commands } = await config(folder, 'no-shared-disk');
  expect(code).toBe(1);
  expect(all).toHaveLength(2);
  expect(all[0]).toMatchObject({
    only_save_strategy: true,
    parallel_config: { data_parallel: 2, model_parallel: 4, pipeline_stage: 2 },
  });
  expect(all[1]).toMatchObject({ output_dir: './output', load_checkpoint: folder, auto_trans_ckpt: true });
  expect(commands).toEqual([
    'shardscope strategy merge ./output/strategy ./output/merged_strategy/dst_strategy.ckpt',
  ]);
  // As the training leaves them, in the folder it is started from.
  const project = join(scratch.path, 'project');
  mkdirSync(join(project, 'output'), { recursive: true });
  copyFixture('dp2_mp2_pp2/strategy', join(project, 'output'));
  paste(`cd '${project}' && ${commands[0]}`);
  const shown = await runCli([
    'strategy',
    'show',
    join(project, 'output/merged_strategy/dst_strategy.ckpt'),
    '--json',
  ]);
  expect(shown.code).toBe(0);
});

test('--json gives steps, checks, YAML and Python as data', async () => {
  const folder = copied('training_output', 'json');
  const { code, stdout } = await runCli(['config', folder, '--scenario', 'one-card', '--json']);
  expect(code).toBe(1);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({
    scenario: 'one-card',
    ready: false,
    cards: 1,
    parallel: { dataParallel: 1, modelParallel: 1, pipelineStages: 1 },
    checks: [
      { state: 'fits', text: 'Step 20 is on all 8 ranks.' },
      ...Array(document.checks.length - 1).fill({}),
    ],
    launch: ['python run_mindformer.py --config CONFIG.yaml --run_mode finetune --use_parallel False'],
  });
  expect(document.steps).toHaveLength(1);
  expect(documents(document.yaml)[0]).toMatchObject({ load_checkpoint: join(folder, '..', 'merged_step20') });
  expect(document.python.mindspore).toContain('ms.load_checkpoint(');
  expect(document.python.safetensors).toContain('load_file(file)');
});

test('without a scenario: which there are, and why some do not fit', async () => {
  const folder = copied('hf_llama', 'list');
  const { code, stdout } = await runCli(['config', folder, '--json']);
  expect(code).toBe(0);
  const list: { id: string; fits: boolean; fault?: { code: string } }[] = JSON.parse(stdout);
  expect(list.map(({ id }) => id)).toEqual([...SCENARIO_IDS]);
  expect(list.filter(({ fits }) => !fits).map(({ id, fault }) => [id, fault?.code])).toEqual([
    ['same-layout', 'CP_NOT_DISTRIBUTED'],
    ['other-layout', 'CP_NOT_DISTRIBUTED'],
    ['resume', 'CP_STEP'],
    ['resume-other-layout', 'CP_STEP'],
    ['inference-same-layout', 'CP_NOT_DISTRIBUTED'],
  ]);
  const words = await runCli(['config', folder]);
  expect(words.stdout).toMatch(/^resume +no +Training cannot resume from /m);
});

test('what does not fit: exit codes 2 and 3, one sentence, nothing on stdout', async () => {
  const ckpt = copied('ckpt_formats/distributed_ckpt', 'unfit');
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(['config', ...args]);
    expect(stdout).toBe('');
    return [code, /\((\w+)\)/.exec(stderr)?.[1]];
  };
  expect(await refused(ckpt, '--scenario', 'other-layout')).toEqual([3, 'SG_NOT_FOUND']);
  expect(await refused(join(ckpt, 'rank_1'), '--scenario', 'same-layout')).toEqual([3, 'CP_NOT_DISTRIBUTED']);
  const output = copied('training_output', 'unfit');
  expect(await refused(join(output, 'checkpoint_network'), '--scenario', 'resume')).toEqual([3, 'CP_STEP']);
  expect(await refused(output, '--scenario', 'resume', '--file-suffix', '1_30')).toEqual([3, 'CP_STEP']);
  expect(await refused(output, '--scenario', 'shared-disk', '--machines', '3')).toEqual([2, 'API_INPUT']);
  expect(await refused(output, '--scenario', 'both')).toEqual([2, 'USAGE']);
  expect(await refused(join(output, 'strategy'), '--scenario', 'one-card')).toEqual([3, 'CP_EMPTY']);
  rmSync(join(output, 'checkpoint', 'rank_2'), { recursive: true });
  rmSync(join(output, 'checkpoint', 'rank_0'), { recursive: true });
  expect(await refused(output, '--scenario', 'one-card')).toEqual([3, 'SG_COVERAGE']);
});
