import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './bundles.ts';

/**
 * `npm test`: everything that must hold, in the order in which a failure is cheapest to learn of. Stops at the
 * first step that fails. The last line is `N passed, N failed`, with `, N skipped` when tests were.
 */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const reports = mkdtempSync(join(tmpdir(), 'shardscope-test-'));
const unitReport = join(reports, 'unit.json');
const browserReport = join(reports, 'browser.json');

const steps: readonly { title: string; command: readonly string[]; count?: () => Counts }[] = [
  { title: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { title: 'types', command: ['npm', 'run', '--silent', 'check'] },
  { title: 'build', command: ['npm', 'run', '--silent', 'build'] },
  {
    title: 'unit and contract tests',
    command: [
      ...['npm', 'run', '--silent', 'unit', '--', '--reporter=default', '--reporter=json'],
      `--outputFile.json=${unitReport}`,
    ],
    count: () => {
      const report = readReport<{ numPassedTests: number; numFailedTests: number; numPendingTests: number }>(
        unitReport,
      );
      return {
        passed: report?.numPassedTests ?? 0,
        failed: report?.numFailedTests ?? 0,
        skipped: report?.numPendingTests ?? 0,
      };
    },
  },
  {
    title: 'browser tests',
    command: ['npm', 'run', '--silent', 'e2e'],
    count: () => {
      const report = readReport<{
        stats: { expected: number; unexpected: number; flaky: number; skipped: number };
      }>(browserReport);
      const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {};
      return { passed: expected + flaky, failed: unexpected, skipped };
    },
  },
];

function readReport<T>(path: string): T | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : undefined;
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
let broken = false;
for (const { title, command, count } of steps) {
  console.log(`\n=== ${title}`);
  const began = performance.now();
  const [program = '', ...args] = command;
  const { status } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, SHARDSCOPE_E2E_REPORT: browserReport },
    shell: process.platform === 'win32',
  });
  const counts = count?.() ?? { passed: 0, failed: 0, skipped: 0 };
  total.passed += counts.passed;
  // A step that fails without a failed test (a type error, a crash) counts as one.
  total.failed += counts.failed === 0 && status !== 0 ? 1 : counts.failed;
  total.skipped += counts.skipped;
  const verdict = status === 0 ? 'ok' : 'FAILED';
  console.log(`=== ${title}: ${verdict} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  broken = status !== 0;
  if (broken) break;
}
rmSync(reports, { recursive: true, force: true });
const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = broken ? 1 : 0;
