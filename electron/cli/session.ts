import type { Client } from '../../shared/calls.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { defaultThreads, READING_THREADS, WorkerPool } from '../engine/pool.ts';
import { memoryPorts } from '../ports/memory.ts';

export interface Session extends Client {
  close(): Promise<void>;
}

/**
 * An engine in this process, behind the same contract and checks that the window and the browser use. Its threads
 * start while its code is loaded: each takes some 35 ms.
 */
export async function openSession(options: { threads?: number | undefined } = {}): Promise<Session> {
  const pool = new WorkerPool(options.threads ?? defaultThreads());
  pool.start(READING_THREADS);
  const { createEngine } = await import('../engine/engine.ts');
  const { standInForOpening } = await import('../engine/open/stand-in.ts');
  pool.standIn(standInForOpening);
  const engine = createEngine({
    pool,
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
