import type { MethodName } from './api.ts';
import type { EngineEvent } from './calls.ts';
import type { Fault } from './errors.ts';

/**
 * The one small protocol between a client and the engine, the same on every transport. Each call has an id;
 * a cancel names it; exactly one result or error answers it.
 */
export type Frame =
  | { readonly type: 'call'; readonly id: number; readonly method: MethodName; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly fault: Fault }
  | { readonly type: 'event'; readonly event: EngineEvent };

/** A connection that carries frames in order. Transports are sibling files named after themselves. */
export interface Port {
  /** Throws only where the frame cannot be carried (a value that does not serialise); after the end it does nothing. */
  send(frame: Frame): void;
  /** What arrived, unchecked: `rpc/` looks at it. One listener, set before the first frame can arrive. */
  onFrame(listener: (frame: unknown) => void): void;
  /** One listener, called once, whichever side ended the connection. */
  onClose(listener: () => void): void;
  close(): void;
}
