import type * as z from 'zod';
import {
  type AbortSignalLike,
  api,
  type CallContext,
  type Client,
  type EngineEvent,
  type Implementation,
  type Input,
  METHOD_NAMES,
  type MethodName,
  type Output,
} from './api.ts';
import { asFault, FAULTS, type Fault, fault, ShardscopeError } from './errors.ts';
import type { Port } from './protocol.ts';

/** Calls that one connection may have under way; a page needs about ten. */
export const MAX_CALLS_IN_FLIGHT = 256;

/** A client whose connection can end. After the end every call is refused at once with API_DISCONNECTED. */
export interface RpcClient extends Client {
  readonly connected: boolean;
  /** Called once when the connection ends; at once when it already has. Returns the undo. */
  onDisconnect(listener: () => void): () => void;
  close(): void;
}

/** What `serve` puts behind a connection: the engine, or `forward` of a client. */
export interface Served {
  readonly implementation: Implementation;
  listen(listener: (event: EngineEvent) => void): () => void;
}

/** A host's say over a call whose input fits the schema: throws a fault to refuse it. */
export type Guard = (method: MethodName, input: Readonly<Record<string, unknown>>) => void | Promise<void>;

export interface ServeOptions {
  readonly guard?: Guard;
  /** Turns what a call threw into the fault to send; hosts that face a network say less than `asFault`. */
  readonly explain?: (error: unknown) => Fault;
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

/**
 * The server half, for one connection. Names are looked up among the api's own keys, inputs checked against
 * their schema (API_INPUT names the field), then by the host's guard. A frame that is no frame is ignored; when
 * the connection ends, its calls are aborted and its events stop.
 */
export function serve(port: Port, served: Served, options: ServeOptions = {}): void {
  const { guard, explain = asFault } = options;
  const running = new Map<number, Cancellation>();
  let open = true;

  const stop = served.listen((event) => open && port.send({ type: 'event', event }));
  port.onClose(() => {
    open = false;
    stop();
    for (const cancellation of running.values()) cancellation.abort();
  });

  const answer = (id: number, outcome: { value: unknown } | { fault: Fault }) => {
    if (!open) return;
    if ('fault' in outcome) return port.send({ type: 'error', id, fault: outcome.fault });
    try {
      port.send({ type: 'result', id, value: outcome.value ?? null });
    } catch (error) {
      port.send({ type: 'error', id, fault: explain(error) });
    }
  };

  const run = async (id: number, method: unknown, input: unknown) => {
    const cancellation = new Cancellation();
    running.set(id, cancellation);
    try {
      const value = await dispatch(served.implementation, guard, method, input, { signal: cancellation });
      answer(id, { value });
    } catch (error) {
      answer(id, { fault: cancellation.aborted && isAbort(error) ? cancelled() : explain(error) });
    } finally {
      running.delete(id);
    }
  };

  port.onFrame((frame) => {
    if (!open || !isRecord(frame) || !Number.isSafeInteger(frame.id)) return;
    const id = Number(frame.id);
    if (frame.type === 'cancel') running.get(id)?.abort();
    else if (frame.type !== 'call') return;
    else if (running.has(id)) answer(id, { fault: idTaken(id) });
    else if (running.size >= MAX_CALLS_IN_FLIGHT) answer(id, { fault: busy() });
    else void run(id, frame.method, frame.input);
  });
}

/** Passes every call on to another client: what a host does whose engine is in another process. */
export function forward(client: Client): Served {
  const entries = METHOD_NAMES.map((method) => [
    method,
    (input: never, { signal }: CallContext) => client.call(method, input, signal),
  ]);
  return {
    // One entry for every name of the api, so the mapped type holds by construction.
    implementation: Object.fromEntries(entries) as Implementation,
    listen: (listener) => client.listen(listener),
  };
}

/** Checks and runs one call; every way of reaching the engine from outside goes through here. */
async function dispatch(
  implementation: Implementation,
  guard: Guard | undefined,
  method: unknown,
  input: unknown,
  context: CallContext,
): Promise<unknown> {
  if (!isMethodName(method)) throw new ShardscopeError(unknownMethod(method));
  const schema: z.ZodType = api[method].input;
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new ShardscopeError(badInput(method, parsed.error));
  await guard?.(method, parsed.data as Readonly<Record<string, unknown>>);
  if (context.signal.aborted) throw new ShardscopeError(cancelled());
  const run = implementation[method] as (input: unknown, context: CallContext) => Promise<unknown>;
  return run(parsed.data, context);
}

/** A signal of our own, because `shared/` has no AbortController. */
class Cancellation implements AbortSignalLike {
  aborted = false;
  private readonly listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of [...this.listeners]) listener();
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isMethodName(value: unknown): value is MethodName {
  return typeof value === 'string' && Object.hasOwn(api, value);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
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

function cancelled(): Fault {
  return fault('CANCELLED', 'cancelled', 'Start it again if that was not wanted.');
}

function busy(): Fault {
  return fault(
    'API_BUSY',
    `more than ${MAX_CALLS_IN_FLIGHT} calls are under way on this connection`,
    'Wait for some of them to end.',
  );
}

function idTaken(id: number): Fault {
  return fault('API_INPUT', `a call with id ${id} is already under way`, 'Give each call an id of its own.');
}

function unknownMethod(method: unknown): Fault {
  const found = typeof method === 'string' ? method.slice(0, 100) : typeof method;
  return fault(
    'API_METHOD',
    `there is no method ${JSON.stringify(found)}`,
    'Client and server may be of different versions: load the page again.',
    { expected: METHOD_NAMES.join(', '), found },
  );
}

/** The first issue says it: one clear error rather than a list. */
function badInput(method: MethodName, error: z.ZodError): Fault {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') || 'input';
  const why = issue?.message ?? 'does not fit';
  return fault('API_INPUT', `${method}: ${field}: ${why}`, `Correct ${field} and try again.`, {
    expected: why,
  });
}
