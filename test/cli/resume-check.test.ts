import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

/** A copy of the training output whose rank 3 lacks step 30, in a folder of its own. */
function output(name: string): string {
  return copyFixture('training_output', join(scratch.path, name));
}

const file = (folder: string, rank: number, step: number, run = '') =>
  join(folder, 'checkpoint', `rank_${rank}`, `llama_tiny_rank_${rank}${run}-1_${step}.safetensors`);

test('a rank without the newest save: from the one before, exit code 1', async () => {
  const folder = output('lacking');
  const { code, stdout } = await runCli(['resume-check', folder]);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^Training can resume from step 20 at the latest, not from step 30: rank 3 has no file of it\.$/m,
  );
  expect(stdout).toMatch(/^step 30 +1_30 +7 of 8 /m);
  expect(stdout).toMatch(/^step 20 +1_20 +8 of 8 .*training can resume$/m);
  const json = await runCli(['resume-check', folder, '--json']);
  expect(json.code).toBe(1);
  const report = JSON.parse(json.stdout);
  expect(report).toMatchObject({
    canResume: true,
    epoch: 1,
    step: 20,
    ranks: [0, 1, 2, 3, 4, 5, 6, 7],
    resume: {
      from: '1_20',
      newest: '1_30',
      passedOver: [{ suffix: '1_30', why: 'rank 3 has no file of it' }],
      automatic: { type: 'save', suffix: '1_20', boundBy: 3 },
    },
  });
  expect(report.saves.map((save: { suffix: string }) => save.suffix)).toEqual([
    'network-1_10',
    '1_10',
    'network-1_20',
    '1_20',
    'network-1_30',
    '1_30',
  ]);
  expect(report.saves.map((save: { weightsOnly: boolean }) => save.weightsOnly)).toEqual([
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
  const bytes = [0, 1, 2, 3, 4, 5, 6, 7].reduce(
    (sum, rank) => sum + statSync(file(folder, rank, 20)).size,
    0,
  );
  expect(report.saves[3].bytes).toBe(bytes);
});

test('every rank has the newest save: exit code 0', async () => {
  const folder = output('whole');
  for (const rank of readdirSync(join(folder, 'checkpoint')))
    rmSync(file(folder, Number(rank.slice(5)), 30), { force: true });
  const { code, stdout } = await runCli(['resume-check', join(folder, 'checkpoint')]);
  expect(code).toBe(0);
  expect(stdout).toContain('Training can resume from step 20, the newest save.');
});

test('a file cut short in the newest save: exit code 3, with the file', async () => {
  const folder = output('cut');
  truncateSync(file(folder, 5, 30), statSync(file(folder, 5, 30)).size - 8);
  const { code, stdout } = await runCli(['resume-check', folder, '--json']);
  expect(code).toBe(3);
  const report = JSON.parse(stdout);
  expect(report.resume.passedOver).toEqual([
    { suffix: '1_30', why: 'rank 3 has no file of it, and the file of rank 5 is damaged' },
  ]);
  expect(report.saves.at(-1).damaged).toMatchObject([
    { rank: 5, fault: { code: 'ST_TRUNCATED', file: file(folder, 5, 30), rank: 5 } },
  ]);
});

test('saves of a run that was started again are told apart', async () => {
  const folder = output('again');
  for (const rank of [0, 1, 2, 3, 4, 5, 6, 7])
    copyFileSync(file(folder, rank, 20), file(folder, rank, 40, '_1'));
  const { code, stdout } = await runCli(['resume-check', folder]);
  expect(code).toBe(0);
  expect(stdout).toContain('Training can resume from step 40 of run 1, the newest save.');
  expect(stdout).toContain('started again in this folder: _1');
  // meta.json was not written again: MindSpore Transformers would go back to what it says.
  expect(stdout).toContain(
    'resume_training: True takes step 20, because meta.json of rank 3 says nothing newer. Name the save instead: resume_training: llama_tiny_rank_0_1-1_40.safetensors',
  );
});

test('weights alone: exit code 1; what has no saves: exit code 3', async () => {
  const folder = output('weights');
  const weights = await runCli(['resume-check', join(folder, 'checkpoint_network')]);
  expect(weights.code).toBe(1);
  expect(weights.stdout).toContain('the saves hold weights only');
  // Weights without optimizer state are told by what is in them, also where the name does not say so.
  const renamed = join(folder, 'renamed', 'rank_0');
  mkdirSync(renamed, { recursive: true });
  copyFileSync(
    join(folder, 'checkpoint_network', 'rank_0', 'llama_tiny_rank_0-network-1_20.safetensors'),
    join(renamed, 'llama_tiny_rank_0-1_20.safetensors'),
  );
  const unnamed = await runCli(['resume-check', join(folder, 'renamed')]);
  expect(unnamed.code).toBe(1);
  expect(unnamed.stdout).toContain('the saves hold weights only');
  const complete = await runCli(['resume-check', copyFixture('hf_llama', scratch.path)]);
  expect(complete.code).toBe(3);
  expect(complete.stderr).toContain('CP_NOT_DISTRIBUTED');
});
