import { api, type MethodName } from '../../shared/api.ts';
import type { Client, EngineEvent } from '../../shared/calls.ts';
import { ShardscopeError } from '../../shared/errors.ts';
import type { Port } from '../../shared/protocol.ts';
import { connect, type RpcClient } from '../../shared/rpc/connect.ts';

/** Milliseconds before the first, second, … attempt to connect again. */
const WAITS = [0, 250, 500, 1000, 2000, 4000];

export interface ReconnectingClient extends Client {
  /** Tells when the connection is lost and when it is back; returns the undo. */
  onConnection(listener: (state: 'connected' | 'reconnecting') => void): () => void;
}

/**
 * A client that outlives its connections. Calls made meanwhile wait for the next one; calls that only read and
 * were cut off are made again, calls that change something fail, because nobody knows whether they were heard.
 */
export function reconnectingClient(open: () => Promise<Port>, waits = WAITS): ReconnectingClient {
  const eventListeners = new Set<(event: EngineEvent) => void>();
  const stateListeners = new Set<(state: 'connected' | 'reconnecting') => void>();
  let current = attempt(0);

  async function attempt(round: number): Promise<RpcClient> {
    const wait = waits[Math.min(round, waits.length - 1)] ?? 0;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      const client = connect(await open());
      client.listen((event) => {
        for (const listener of eventListeners) listener(event);
      });
      client.onDisconnect(() => {
        current = attempt(1);
        tell('reconnecting');
      });
      tell('connected');
      return client;
    } catch {
      tell('reconnecting');
      return attempt(round + 1);
    }
  }

  function tell(state: 'connected' | 'reconnecting'): void {
    for (const listener of stateListeners) listener(state);
  }

  return {
    async call(method, input, signal) {
      for (;;) {
        const client = await current;
        try {
          return await client.call(method, input, signal);
        } catch (error) {
          if (!isCutOff(error) || changes(method) || signal?.aborted) throw error;
        }
      }
    },
    listen(listener) {
      eventListeners.add(listener);
      return () => void eventListeners.delete(listener);
    },
    onConnection(listener) {
      stateListeners.add(listener);
      return () => void stateListeners.delete(listener);
    },
  };
}

function isCutOff(error: unknown): boolean {
  return error instanceof ShardscopeError && error.fault.code === 'API_DISCONNECTED';
}

function changes(method: MethodName): boolean {
  return api[method].changes === true;
}
