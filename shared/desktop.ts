import type { Language } from './text/language.ts';

/**
 * What the preload gives the page as `window.shardscope`: the whole of the desktop's surface. It is there in
 * Electron only; in a browser the property is undefined and the page speaks WebSocket instead.
 * Every path that the page learns here is granted to it; the main process refuses any other (API_FORBIDDEN).
 */
export interface DesktopBridge {
  /** Node's name of the platform: 'linux', 'darwin', 'win32'. */
  readonly platform: string;
  /**
   * Connects to the engine. `onClose` is called once when the connection ends (the engine process died and is
   * being started again): connect again, as after a dropped socket.
   */
  connect(onFrame: (frame: unknown) => void, onClose: () => void): DesktopConnection;
  /** The system's dialog for a folder to open; null when dismissed. */
  pickFolder(): Promise<string | null>;
  /** The system's dialog for a file to open (weights, an index, a strategy); null when dismissed. */
  pickFile(): Promise<string | null>;
  /** The system's dialog for a folder or file to write, starting at `suggested`; null when dismissed. */
  pickOutput(suggested?: string): Promise<string | null>;
  /** Path of a `File` that was dropped on the page, granted for reading; null when it is not on disk. */
  pathForFile(file: object): Promise<string | null>;
  /** Shows what a finished job wrote in the system's file browser; other paths are refused. */
  revealOutput(path: string): Promise<void>;
  /** The window's language: menu and dialogs speak it from now on. */
  speak(language: Language): void;
  /** Paths to open that came from outside the page: the menu, a second start, the system. Returns the undo. */
  onOpen(listener: (path: string) => void): () => void;
}

/** One connection to the engine: a transport for the frames of `protocol.ts`. */
export interface DesktopConnection {
  send(frame: unknown): void;
  close(): void;
}

/** Name of the property of `window` that holds the bridge. */
export const DESKTOP_BRIDGE = 'shardscope';
