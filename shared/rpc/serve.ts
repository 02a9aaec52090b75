import type * as z from 'zod';
import { api, METHOD_NAMES, type MethodName } from '../api.ts';
import type { AbortSignalLike, CallContext, Client, EngineEvent, Implementation } from '../calls.ts';
import { asFault, type Fault, fault, ShardscopeError } from '../errors.ts';
import type { Port } from '../protocol.ts';
import { cancelled, isRecord } from './frames.ts';

/** Calls that one connection may have under way; a page needs about ten. */
export const MAX_CALLS_IN_FLIGHT = 256;

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

function isMethodName(value: unknown): value is MethodName {
  return typeof value === 'string' && Object.hasOwn(api, value);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
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
