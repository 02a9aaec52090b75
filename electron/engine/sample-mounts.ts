import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, type TestContext } from 'vitest';
import { errnoOf } from './errno.ts';

/**
 * For tests: volumes mounted for one test and gone after it, whatever came of it. Skips the test where this user may
 * not mount. To be made after the hook that removes the folder they are mounted in: hooks run in reverse order.
 */
export class SampleMounts {
  readonly #mounted: string[] = [];

  constructor() {
    afterEach(() => this.unmountAll());
  }

  /** An empty volume of a size that `mount` understands: `64k`. */
  tmpfs(context: TestContext, at: string, size: string): void {
    this.#mount(context, at, ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at]);
  }

  /** The folder `from` a second time, at another path. */
  bind(context: TestContext, from: string, at: string): void {
    this.#mount(context, at, ['--bind', from, at]);
  }

  /** Makes a volume read-only. */
  readOnly(at: string): void {
    execFileSync('mount', ['-o', 'remount,bind,ro', at], { stdio: 'ignore' });
  }

  /** Fills a volume to its last byte. */
  fill(at: string): void {
    const ballast = join(at, 'ballast');
    for (const length of [4096, 1])
      try {
        for (;;) appendFileSync(ballast, new Uint8Array(length));
      } catch (error) {
        if (errnoOf(error) !== 'ENOSPC') throw error;
      }
  }

  /** Takes the volumes away, also from under whoever has files of theirs open. */
  unmountAll(): void {
    for (let at = this.#mounted.pop(); at !== undefined; at = this.#mounted.pop())
      execFileSync('umount', ['--lazy', at]);
  }

  #mount(context: TestContext, at: string, args: readonly string[]): void {
    mkdirSync(at, { recursive: true });
    try {
      execFileSync('mount', args, { stdio: 'ignore' });
    } catch {
      context.skip('this user may not mount');
    }
    this.#mounted.push(at);
  }
}
