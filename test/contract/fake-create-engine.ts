import type { Engine, EngineOptions } from '../../electron/engine/engine.ts';
import { fakeEngine } from './fake-engine.ts';

/** Takes the place of `electron/engine/engine.ts` where a test bundles the real `engine-host.ts`. */
export function createEngine(options: EngineOptions): Engine {
  return { ...fakeEngine(options.info), close: async () => undefined };
}
