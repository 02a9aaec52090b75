import type { AppInfo } from '../shared/host.ts';
import { serve } from '../shared/rpc/serve.ts';
import { createEngine } from './engine/engine.ts';
import { type ParentPort, parentPort } from './ports/message-port.ts';
import { throttled } from './ports/throttle.ts';

/**
 * The engine in a process of its own beside the desktop's main process. Its options come in the environment
 * (`SHARDSCOPE_ENGINE`, JSON), its frames over `process.parentPort`. The main process has checked paths by then.
 */
interface HostOptions {
  readonly info: Omit<AppInfo, 'version' | 'recent'>;
  readonly stateFolder: string;
}

const channel = (process as { parentPort?: ParentPort }).parentPort;
const text = process.env.SHARDSCOPE_ENGINE;
if (channel === undefined || text === undefined) {
  process.stderr.write('engine-host is started by the desktop app\n');
  process.exit(2);
}

const engine = createEngine(JSON.parse(text) as HostOptions);
const port = parentPort(channel);
serve(
  {
    ...port,
    onClose: (listener) =>
      port.onClose(() => {
        listener();
        // Jobs clean up first: an unfinished output is removed.
        void engine.close().finally(() => process.exit(0));
      }),
  },
  throttled(engine),
);
