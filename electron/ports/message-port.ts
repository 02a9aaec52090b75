import type { Frame, Port } from '../../shared/protocol.ts';

/** What Node's MessagePort and Electron's UtilityProcess have in common: values come as they were posted. */
interface ValueChannel {
  postMessage(value: unknown): void;
  on(event: 'message', listener: (value: unknown) => void): unknown;
}

/** `process.parentPort` of an Electron utility process: values come wrapped in an event. */
export interface ParentPort {
  postMessage(value: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
}

/** A Node MessagePort: closed by either end. */
export function messagePort(
  channel: ValueChannel & { on(event: 'close', listener: () => void): unknown; close(): void },
): Port {
  return {
    send: (frame: Frame) => channel.postMessage(frame),
    onFrame: (listener) => void channel.on('message', listener),
    onClose: (listener) => void channel.on('close', listener),
    close: () => channel.close(),
  };
}

/** Asks the process at the other end to finish; a frame of no kind that `rpc/` knows. */
const END = { type: 'end' } as const;

/**
 * The parent's end of a child process that speaks structured clones: ends when the process does. Closing lets
 * the child finish what it has begun; killing it after a while is left to the caller.
 */
export function childPort(child: ValueChannel & { on(event: 'exit', listener: () => void): unknown }): Port {
  let alive = true;
  child.on('exit', () => {
    alive = false;
  });
  const post = (value: unknown) => {
    if (alive) child.postMessage(value);
  };
  return {
    send: (frame: Frame) => post(frame),
    onFrame: (listener) => void child.on('message', listener),
    onClose: (listener) => void child.on('exit', listener),
    close: () => post(END),
  };
}

/** The child's end: closed when the parent asks for it. When the parent dies, the system ends the child. */
export function parentPort(channel: ParentPort): Port {
  let closed: () => void = () => undefined;
  return {
    send: (frame: Frame) => channel.postMessage(frame),
    onFrame: (listener) =>
      void channel.on('message', ({ data }) => {
        if (isEnd(data)) closed();
        else listener(data);
      }),
    onClose(listener) {
      closed = listener;
    },
    close: () => closed(),
  };
}

function isEnd(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === END.type;
}
