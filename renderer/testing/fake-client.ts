import type { Input, MethodName, Output } from '../../shared/api.ts';
import type { Client, EngineEvent } from '../../shared/calls.ts';
import { fault, ShardscopeError } from '../../shared/errors.ts';

type Handlers = {
  [M in MethodName]?: (input: Input<M>) => Output<M> | Promise<Output<M>>;
};

export interface FakeClient extends Client {
  /** Every call, in order. */
  readonly calls: readonly { readonly method: MethodName; readonly input: unknown }[];
  /** Inputs of the calls of one method. */
  inputsOf<M extends MethodName>(method: M): Input<M>[];
  emit(event: EngineEvent): void;
  /** Replaces or adds answers. */
  answer(handlers: Handlers): void;
}

/** A client whose answers a test gives; a method without an answer fails the test by refusing. */
export function fakeClient(handlers: Handlers): FakeClient {
  const calls: { method: MethodName; input: unknown }[] = [];
  const listeners = new Set<(event: EngineEvent) => void>();
  const answers: Handlers = { ...handlers };
  return {
    calls,
    async call(method, input, signal) {
      calls.push({ method, input });
      const handler = answers[method];
      if (handler === undefined)
        throw new ShardscopeError(fault('API_METHOD', `no answer was given for ${method}`, 'Give one.'));
      const output = await handler(input);
      if (signal?.aborted) throw new ShardscopeError(fault('CANCELLED', 'cancelled', ''));
      return output;
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    inputsOf: <M extends MethodName>(method: M) =>
      calls.filter((call) => call.method === method).map((call) => call.input as Input<M>),
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    answer: (more) => void Object.assign(answers, more),
  };
}
