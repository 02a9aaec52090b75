import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

/** Who reads where the tests run as root. */
export const NOBODY = 65_534;

/**
 * Runs as somebody whom the modes of files stop: no mode stops root, who becomes nobody meanwhile. Skips the test
 * where nobody is stopped either, as on Windows.
 *
 * @param folder all that is read lies in it
 */
export async function whereModesStop(
  context: TestContext,
  folder: string,
  run: () => Promise<void>,
): Promise<void> {
  const { seteuid } = process;
  const user = process.geteuid?.() ?? NOBODY;
  const closed = mkdtempSync(join(folder, 'closed-'));
  chmodSync(closed, 0);
  chmodSync(folder, 0o755);
  if (user === 0) seteuid?.(NOBODY);
  try {
    if (mayList(closed)) context.skip('modes stop nobody here');
    await run();
  } finally {
    if (user === 0) seteuid?.(user);
    rmSync(closed, { recursive: true });
  }
}

function mayList(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
