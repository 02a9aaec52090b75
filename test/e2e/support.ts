import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test as base, expect, type Page } from 'playwright/test';
import { writeRun } from '../../build/bench/checkpoints.ts';
import { ROOT } from '../../build/bundles.ts';
import { type HostProcess, startHostProcess } from '../../build/host.ts';
import type { LlamaSize } from '../../build/sample/llama.ts';

/** A browser host on a copy of a fixture. */
export interface Host extends HostProcess {
  /** The copied checkpoint. */
  readonly folder: string;
  /** A folder for output, gone when the host stops. */
  readonly scratch: string;
}

export const FIXTURES = join(ROOT, 'test', 'fixtures');

/** Copies `test/fixtures/{fixture}`, or makes a training run of `size`, and serves it as `shardscope serve` does. */
async function startHost(fixture: string, size?: LlamaSize): Promise<Host> {
  const scratch = await mkdtemp(join(tmpdir(), 'shardscope-e2e-'));
  const folder = join(scratch, basename(fixture));
  if (size) await writeRun(folder, size);
  else await cp(join(FIXTURES, fixture), folder, { recursive: true });
  const host = await startHostProcess(folder, join(scratch, 'state'));
  return {
    url: host.url,
    folder,
    scratch,
    async stop() {
      await host.stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/**
 * Tests get a page that has opened its checkpoint, so that it hears keys and has all commands; they fail on errors in
 * its console or requests to other places.
 */
export const test = base.extend<
  object,
  { fixture: string; size: LlamaSize | undefined; damages: string; host: Host }
>({
  fixture: ['training_output', { option: true, scope: 'worker' }],
  /** Spec files share a host where all their options are equal: one that damages its copy names itself here. */
  damages: ['', { option: true, scope: 'worker' }],
  size: [undefined, { option: true, scope: 'worker' }],
  host: [
    async ({ fixture, size }, use) => {
      const host = await startHost(fixture, size);
      await use(host);
      await host.stop();
    },
    { scope: 'worker' },
  ],
  page: async ({ page, host }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
    });
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(host.url).host) faults.push(`asks ${request.url()}`);
    });
    await page.goto(host.url);
    await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
    await use(page);
    expect(faults).toEqual([]);
  },
});

/** Fails with the rules that the page breaks (axe-core, WCAG 2.2 A and AA, and more rules by their names). */
export async function expectAccessible(page: Page, more: readonly string[] = []): Promise<void> {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  // What is still fading in has another contrast than what a person gets to see; a spinner never ends.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map((one) => one.finished));
  });
  // Through the debugger, which the page's content security policy does not hold back.
  await page.evaluate(await readFile(axe, 'utf8'));
  const broken = await page.evaluate(async (more) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const rules = Object.fromEntries(more.map((rule) => [rule, { enabled: true }]));
    const { violations } = await axe.run({
      runOnly: [...tags, ...(more.length > 0 ? ['wcag2aaa'] : [])],
      rules,
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  }, more);
  expect(broken).toEqual([]);
}

export { expect };
