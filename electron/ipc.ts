import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import * as z from 'zod';
import type { Frame, Port } from '../shared/protocol.ts';
import { CHANNELS } from './ipc-channels.ts';
import { APP_ORIGIN } from './main/app-protocol.ts';

/** A page reconnects one connection at a time; more is a page gone wrong. */
const MAX_CONNECTIONS = 8;

const connectionNumber = z.int().positive();
const path = z.string().min(1).max(4096);

/** What the page may ask of the shell; the answers are for it alone. */
export interface Requests {
  pickFolder(): Promise<string | null>;
  pickFile(): Promise<string | null>;
  pickOutput(suggested: string | null): Promise<string | null>;
  dropped(path: string): Promise<string | null>;
  reveal(path: string): Promise<void>;
}

/** Ends all connections of a page: it is gone, or what is behind them is. */
export interface Connections {
  closeAll(): void;
}

/**
 * Answers the page of `contents`, and nobody else. `connected` gets the port of each connection that the page
 * opens.
 */
export function listenToPage(
  contents: () => WebContents | undefined,
  requests: Requests,
  connected: (port: Port) => void,
): Connections {
  const ports = new Map<number, PagePort>();
  const trusts = (event: IpcMainEvent | IpcMainInvokeEvent) => isOurPage(event, contents());

  /** The one way in: the sender is checked, then what it sent. A message that fails is dropped. */
  const on = <A extends z.ZodTuple>(channel: string, args: A, run: (...given: z.output<A>) => void) => {
    ipcMain.on(channel, (event, ...given: unknown[]) => {
      const parsed = args.safeParse(given);
      if (trusts(event) && parsed.success) run(...parsed.data);
    });
  };
  const handle = <A extends z.ZodTuple>(
    channel: string,
    args: A,
    run: (...given: z.output<A>) => Promise<unknown>,
  ) => {
    ipcMain.handle(channel, async (event, ...given: unknown[]) => {
      const parsed = args.safeParse(given);
      if (!trusts(event) || !parsed.success) throw new Error('refused');
      return run(...parsed.data);
    });
  };

  on(CHANNELS.connect, z.tuple([connectionNumber]), (connection) => {
    const page = contents();
    if (page === undefined || ports.has(connection) || ports.size >= MAX_CONNECTIONS) return;
    const port = new PagePort(page, connection, () => ports.delete(connection));
    ports.set(connection, port);
    connected(port);
  });
  on(CHANNELS.frame, z.tuple([connectionNumber, z.unknown()]), (connection, frame) =>
    ports.get(connection)?.receive(frame),
  );
  on(CHANNELS.close, z.tuple([connectionNumber]), (connection) => ports.get(connection)?.close());

  handle(CHANNELS.pickFolder, z.tuple([]), () => requests.pickFolder());
  handle(CHANNELS.pickFile, z.tuple([]), () => requests.pickFile());
  handle(CHANNELS.pickOutput, z.tuple([path.nullable()]), (suggested) => requests.pickOutput(suggested));
  // A File without a place on disk has the path ''.
  handle(CHANNELS.dropped, z.tuple([z.union([path, z.literal('')])]), (dropped) => requests.dropped(dropped));
  handle(CHANNELS.reveal, z.tuple([path]), (output) => requests.reveal(output));

  return {
    closeAll() {
      for (const port of [...ports.values()]) port.close();
    },
  };
}

/** The top frame of our window, showing our page: no other frame, window or origin is answered. */
function isOurPage(event: IpcMainEvent | IpcMainInvokeEvent, contents: WebContents | undefined): boolean {
  const frame = event.senderFrame;
  return (
    contents !== undefined &&
    event.sender === contents &&
    frame !== null &&
    frame === contents.mainFrame &&
    frame.origin === APP_ORIGIN
  );
}

/** The main process's end of one connection of the page. */
class PagePort implements Port {
  private frameListener: ((frame: unknown) => void) | undefined;
  private closeListener: (() => void) | undefined;
  private open = true;
  private readonly contents: WebContents;
  private readonly connection: number;
  private readonly ended: () => void;

  constructor(contents: WebContents, connection: number, ended: () => void) {
    this.contents = contents;
    this.connection = connection;
    this.ended = ended;
  }

  send(frame: Frame): void {
    if (this.open && !this.contents.isDestroyed()) this.contents.send(CHANNELS.frame, this.connection, frame);
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.frameListener = listener;
  }

  onClose(listener: () => void): void {
    this.closeListener = listener;
  }

  receive(frame: unknown): void {
    if (this.open) this.frameListener?.(frame);
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.ended();
    if (!this.contents.isDestroyed()) this.contents.send(CHANNELS.close, this.connection);
    this.closeListener?.();
  }
}
