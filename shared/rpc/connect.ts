import type { Input, MethodName, Output } from '../api.ts';
import type { AbortSignalLike, Client, EngineEvent } from '../calls.ts';
import { asFault, FAULTS, type Fault, fault, ShardscopeError } from '../errors.ts';
import type { Port } from '../protocol.ts';
import { cancelled, isRecord } from './frames.ts';

/** A client whose connection can end. After the end every call is refused at once with API_DISCONNECTED. */
export interface RpcClient extends Client {
  readonly connected: boolean;
  /** Called once when the connection ends; at once when it already has. Returns the undo. */
  onDisconnect(listener: () => void): () => void;
  close(): void;
}

interface PendingCall {
  settle(outcome: { value: unknown } | { fault: Fault }): void;
}

/** The client half: calls methods through a port. Cancelling settles when the server has answered. */
export function connect(port: Port): RpcClient {
  const pending = new Map<number, PendingCall>();
  const listeners = new Set<(event: EngineEvent) => void>();
  const leavers = new Set<() => void>();
  let lastId = 0;
  let connected = true;

  port.onClose(() => {
    if (!connected) return;
    connected = false;
    for (const call of [...pending.values()]) call.settle({ fault: disconnected() });
    for (const leave of [...leavers]) leave();
  });

  port.onFrame((frame) => {
    if (!isRecord(frame)) return;
    if (frame.type === 'event' && isRecord(frame.event)) {
      // Checked by the server's own types; a host speaks to its own page only.
      for (const listener of [...listeners]) listener(frame.event as unknown as EngineEvent);
      return;
    }
    const call = typeof frame.id === 'number' ? pending.get(frame.id) : undefined;
    if (frame.type === 'result') call?.settle({ value: frame.value });
    else if (frame.type === 'error') call?.settle({ fault: receivedFault(frame.fault) });
  });

  const call = <M extends MethodName>(method: M, input: Input<M>, signal?: AbortSignalLike) =>
    new Promise<Output<M>>((resolve, reject) => {
      if (!connected) return reject(new ShardscopeError(disconnected()));
      if (signal?.aborted) return reject(new ShardscopeError(cancelled()));
      lastId += 1;
      const id = lastId;
      const cancel = () => port.send({ type: 'cancel', id });
      pending.set(id, {
        settle(outcome) {
          pending.delete(id);
          signal?.removeEventListener('abort', cancel);
          if ('fault' in outcome) reject(new ShardscopeError(outcome.fault));
          else resolve(outcome.value as Output<M>);
        },
      });
      signal?.addEventListener('abort', cancel);
      try {
        port.send({ type: 'call', id, method, input });
      } catch (error) {
        pending.get(id)?.settle({ fault: asFault(error) });
      }
    });

  return {
    call,
    get connected() {
      return connected;
    },
    listen: (listener) => subscribe(listeners, listener),
    onDisconnect(listener) {
      if (!connected) listener();
      return subscribe(leavers, listener);
    },
    close: () => port.close(),
  };
}

function subscribe<T>(set: Set<T>, member: T): () => void {
  set.add(member);
  return () => void set.delete(member);
}

function receivedFault(value: unknown): Fault {
  if (isRecord(value) && typeof value.code === 'string' && Object.hasOwn(FAULTS, value.code))
    return value as unknown as Fault;
  return asFault('the answer is no fault that this version knows');
}

function disconnected(): Fault {
  return fault(
    'API_DISCONNECTED',
    'the connection to Shardscope ended before the call was answered',
    'Connect again. Jobs that were running in a server go on there.',
  );
}
