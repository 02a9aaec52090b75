import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { api, type Input, type MethodName, type Output } from '../../shared/api.ts';
import { createEngine, type Engine } from './engine.ts';

/** Calls a method as a host does: its input is checked, and has the defaults of what is not given. */
export function callOf(engine: Engine) {
  return async <M extends MethodName>(
    method: M,
    input: Input<M>,
    signal = new AbortController().signal,
  ): Promise<Output<M>> => {
    const run = engine.implementation[method] as (input: unknown, call: unknown) => Promise<Output<M>>;
    return run(api[method].input.parse(input), { signal });
  };
}

/** For tests: an engine and an empty folder that all tests of a file share; both go after the last. */
export function engineAndFolder() {
  const engine = createEngine({
    threads: 2,
    info: { host: 'test', platform: 'linux', roots: [], readOnly: false },
  });
  const folder = mkdtempSync(join(tmpdir(), 'shardscope-test-'));
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { engine, folder, call: callOf(engine) };
}
