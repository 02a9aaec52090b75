import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../build/bundles.ts';
import { fixture as fixtureFile, tensorsIn } from '../cli/expected.ts';
import { chooseConversion } from './conversion.ts';
import { expect, expectAccessible, FIXTURES, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

/** Runs a line of the dialog as a shell would, the built command line under its name. */
function run(line: string): string {
  const bundles = process.env.SHARDSCOPE_BUNDLES ?? join(ROOT, 'dist');
  const shardscope = `shardscope() { "${process.execPath}" "${join(bundles, 'cli.js')}" "$@"; }`;
  return execFileSync('bash', ['-c', `${shardscope}\n${line}`], { encoding: 'utf8' });
}

test('the commands of the shares, for the options as they are chosen, give the whole result', async ({
  page,
  host,
}) => {
  const out = join(host.scratch, "in shares, it's");
  await page.getByRole('button', { name: 'Merge into one model' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Into' }).fill(out);
  await dialog.getByRole('button', { name: /^Options: .*copies that differ/ }).click();
  await dialog.getByRole('checkbox', { name: 'Compare all copies of each slice' }).check();
  await expect(dialog.getByTitle(/^shardscope merge .*--check-replicas/)).toBeVisible();

  const fold = dialog.getByRole('button', { name: /^Several machines at once: / });
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  await fold.click();
  await dialog.getByRole('textbox', { name: 'Shares' }).fill('2');
  const script = dialog.getByRole('region', { name: 'Commands of the shares' });
  await expect(script).toContainText('--split 2/2');
  const [first = '', second = '', ...others] = ((await script.textContent()) ?? '').trim().split('\n');
  expect(others).toEqual([]);
  expect(first).toContain('--check-replicas');
  expect(run(second)).toContain('1 of 2 shares is finished');
  expect(existsSync(out)).toBe(false);
  expect(run(first)).toContain('All 2 shares are finished.');
  const { tensors } = fixtureFile<{ tensors: ReturnType<typeof tensorsIn> }>('dp2_mp4/expected.json');
  const parts = readdirSync(out).filter((name) => name.startsWith('part'));
  expect(tensorsIn(...parts.map((name) => join(out, name)))).toEqual(tensors);
});

test('scripts for Slurm and Kubernetes; where there are fewer files than shares, that is said', async ({
  page,
}) => {
  const dialog = await chooseConversion(page, 'Reshard for another strategy');
  await dialog
    .getByRole('textbox', { name: 'Strategy to cut for' })
    .fill(join(FIXTURES, 'dp4_mp2_opt_all/strategy'));
  await dialog.getByRole('button', { name: /^Several machines at once: / }).click();
  const script = dialog.getByRole('region', { name: 'Commands of the shares' });
  await dialog.getByText('Slurm', { exact: true }).click();
  await expect(script).toContainText('--array=1-4');
  await expect(script).toContainText(
    /^shardscope reshard .* --dst-strategy .* --split "\$SLURM_ARRAY_TASK_ID\/\$SLURM_ARRAY_TASK_COUNT"$/m,
  );
  await dialog.getByText('Kubernetes', { exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Shares' }).fill('9');
  await expect(dialog.getByText('8 files: other shares have no work.')).toBeVisible();
  await expectAccessible(page);
  const job = parse((await script.textContent()) ?? '');
  expect(job).toMatchObject({ kind: 'Job', metadata: { name: 'reshard' }, spec: { completions: 9 } });
  expect(job.spec.template.spec.containers[0].args[0]).toMatch(/^shardscope reshard .*\+ 1\)\)\/9"$/);
});

test('jobs without rank folders compare no copies; a rank whose copies count is in the command', async ({
  page,
}) => {
  const dialog = await chooseConversion(page, 'Remove redundancy');
  await dialog.getByRole('button', { name: /^Options: copies that differ/ }).click();
  await dialog.getByRole('textbox', { name: /^Where copies of a slice differ/ }).fill('3');
  await expect(dialog.getByTitle(/^shardscope dedupe .*--on-conflict rank=3/)).toBeVisible();
  await expect(dialog.getByRole('checkbox', { name: 'Compare all copies of each slice' })).toBeChecked();
  await page.keyboard.press('Escape');
  const other = await chooseConversion(page, 'Convert to .ckpt');
  await expect(other.getByRole('button', { name: /^Options: (?!.*copies that differ)/ })).toBeVisible();
});
