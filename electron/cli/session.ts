import type { Client } from '../../shared/api.ts';
import { connect, serve } from '../../shared/rpc.ts';
import { createEngine } from '../engine/engine.ts';
import { memoryPorts } from '../ports/memory.ts';

export interface Session extends Client {
  close(): Promise<void>;
}

/** An engine in this process, behind the same contract and checks that the window and the browser use. */
export function openSession(options: { threads?: number | undefined } = {}): Session {
  const engine = createEngine({
    oneTask: true,
    ...(options.threads !== undefined && { threads: options.threads }),
    info: { host: 'test', platform: process.platform, roots: [], readOnly: false },
  });
  const [near, far] = memoryPorts();
  serve(far, engine);
  const client = connect(near);
  return {
    call: client.call,
    listen: client.listen,
    close: async () => {
      client.close();
      await engine.close();
    },
  };
}
