import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import * as z from 'zod';
import type { Frame, Port } from '../shared/protocol.ts';
import { LANGUAGES, type Language } from '../shared/text/language.ts';
import { CHANNELS } from './ipc-channels.ts';
import { APP_ORIGIN } from './main/app-protocol.ts';

/** A page reconnects one connection at a time; more is a page gone wrong. */
const MAX_CONNECTIONS = 8;

const connectionNumber = z.int().positive();
const path = z.string().min(1).max(4096);

/** What a page may ask of the shell, and tell it; the answers are for it alone. */
export interface Requests {
  pickFolder(page: WebContents): Promise<string | null>;
  pickFile(page: WebContents): Promise<string | null>;
  pickOutput(page: WebContents, suggested: string | null): Promise<string | null>;
  dropped(path: string): Promise<string | null>;
  reveal(path: string): Promise<void>;
  speak(language: Language): void;
  /** From now on the page hears which paths to open. */
  listens(page: WebContents): void;
}

export interface Connections {
  /** Ends all connections of a page, which is gone; of every page where what is behind them is. */
  closeAll(page?: WebContents): void;
}

/**
 * Answers the pages of the app's windows, and nobody else. `connected` gets the port of each connection that a page
 * opens.
 */
export function listenToPages(
  isOurs: (contents: WebContents) => boolean,
  requests: Requests,
  connected: (port: Port) => void,
): Connections {
  const ports = new Map<WebContents, Map<number, PagePort>>();
  const trusts = (event: IpcMainEvent | IpcMainInvokeEvent) => isOurs(event.sender) && isOurPage(event);

  /** The one way in: the sender is checked, then what it sent. A message that fails is dropped. */
  const on = <A extends z.ZodTuple>(
    channel: string,
    args: A,
    run: (page: WebContents, ...given: z.output<A>) => void,
  ) => {
    ipcMain.on(channel, (event, ...given: unknown[]) => {
      const parsed = args.safeParse(given);
      if (trusts(event) && parsed.success) run(event.sender, ...parsed.data);
    });
  };
  const handle = <A extends z.ZodTuple>(
    channel: string,
    args: A,
    run: (page: WebContents, ...given: z.output<A>) => Promise<unknown>,
  ) => {
    ipcMain.handle(channel, async (event, ...given: unknown[]) => {
      const parsed = args.safeParse(given);
      if (!trusts(event) || !parsed.success) throw new Error('refused');
      return run(event.sender, ...parsed.data);
    });
  };

  on(CHANNELS.connect, z.tuple([connectionNumber]), (page, connection) => {
    const own = ports.get(page) ?? new Map<number, PagePort>();
    if (own.has(connection) || own.size >= MAX_CONNECTIONS) return;
    const port = new PagePort(page, connection, () => {
      own.delete(connection);
      if (own.size === 0) ports.delete(page);
    });
    own.set(connection, port);
    ports.set(page, own);
    connected(port);
  });
  on(CHANNELS.frame, z.tuple([connectionNumber, z.unknown()]), (page, connection, frame) =>
    ports.get(page)?.get(connection)?.receive(frame),
  );
  on(CHANNELS.close, z.tuple([connectionNumber]), (page, connection) =>
    ports.get(page)?.get(connection)?.close(),
  );

  on(CHANNELS.listens, z.tuple([]), (page) => requests.listens(page));
  on(CHANNELS.language, z.tuple([z.enum(LANGUAGES)]), (_page, language) => requests.speak(language));

  handle(CHANNELS.pickFolder, z.tuple([]), (page) => requests.pickFolder(page));
  handle(CHANNELS.pickFile, z.tuple([]), (page) => requests.pickFile(page));
  handle(CHANNELS.pickOutput, z.tuple([path.nullable()]), (page, suggested) =>
    requests.pickOutput(page, suggested),
  );
  // A File without a place on disk has the path ''.
  handle(CHANNELS.dropped, z.tuple([z.union([path, z.literal('')])]), (_page, dropped) =>
    requests.dropped(dropped),
  );
  handle(CHANNELS.reveal, z.tuple([path]), (_page, output) => requests.reveal(output));

  return {
    closeAll(page) {
      const closing = page === undefined ? [...ports.values()] : [ports.get(page)];
      for (const own of closing) for (const port of [...(own?.values() ?? [])]) port.close();
    },
  };
}

/** The top frame of a window, showing our page: no other frame or origin is answered. */
function isOurPage({ sender, senderFrame: frame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  return frame !== null && frame === sender.mainFrame && frame.origin === APP_ORIGIN;
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
