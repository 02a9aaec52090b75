/** What both ends of the link have: Node's child process with `serialization: 'advanced'`, and its child. */
interface Channel {
  send?(message: unknown, sent: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

type Handler = (payload: never) => unknown;

type Message =
  | { readonly kind: string; readonly payload: unknown; readonly ask?: number }
  | { readonly answer: number; readonly value?: unknown; readonly error?: string };

/** Questions and news between the test, which has the browser, and the process that takes Electron's place. */
export class Link {
  private readonly channel: Channel;
  private readonly handlers = new Map<string, Handler>();
  private readonly waiting = new Map<number, (message: { value?: unknown; error?: string }) => void>();
  private last = 0;

  constructor(channel: Channel) {
    this.channel = channel;
    channel.on('message', (message) => void this.receive(message as Message));
  }

  on(kind: string, handler: Handler): void {
    this.handlers.set(kind, handler);
  }

  tell(kind: string, payload: unknown): void {
    this.post({ kind, payload });
  }

  ask<T>(kind: string, payload: unknown): Promise<T> {
    this.last += 1;
    const ask = this.last;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(ask, ({ value, error }) => {
        if (error === undefined) resolve(value as T);
        else reject(new Error(error));
      });
      this.post({ kind, payload, ask }, reject);
    });
  }

  private async receive(message: Message): Promise<void> {
    if ('answer' in message) {
      this.waiting.get(message.answer)?.(message);
      this.waiting.delete(message.answer);
      return;
    }
    const handler = this.handlers.get(message.kind);
    const { ask: answer } = message;
    try {
      const value = await handler?.(message.payload as never);
      if (answer !== undefined) this.post({ answer, value });
    } catch (error) {
      if (answer !== undefined) this.post({ answer, error: String(error) });
    }
  }

  /** Where the other end is gone there is nobody to tell; who asked hears of it. */
  private post(message: Message, failed?: (error: Error) => void): void {
    this.channel.send?.(message, (error) => {
      if (error) failed?.(error);
    });
  }
}
