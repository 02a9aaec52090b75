import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import { DESKTOP_BRIDGE, type DesktopBridge } from '../shared/desktop.ts';
import { CHANNELS } from './ipc-channels.ts';

/** Connections of this page by their number; the page holds one, and a new one after each restart. */
const connections = new Map<number, { onFrame(frame: unknown): void; onClose(): void }>();
let lastConnection = 0;

// Callbacks of the page get values: the event would give it ipcRenderer.
ipcRenderer.on(CHANNELS.frame, (_event: IpcRendererEvent, connection: number, frame: unknown) =>
  connections.get(connection)?.onFrame(frame),
);
ipcRenderer.on(CHANNELS.close, (_event: IpcRendererEvent, connection: number) => ended(connection));

function ended(connection: number): void {
  const callbacks = connections.get(connection);
  connections.delete(connection);
  callbacks?.onClose();
}

const bridge: DesktopBridge = {
  platform: process.platform,
  connect(onFrame, onClose) {
    lastConnection += 1;
    const connection = lastConnection;
    connections.set(connection, { onFrame, onClose });
    ipcRenderer.send(CHANNELS.connect, connection);
    return {
      send: (frame) => {
        if (connections.has(connection)) ipcRenderer.send(CHANNELS.frame, connection, frame);
      },
      close: () => {
        if (connections.has(connection)) ipcRenderer.send(CHANNELS.close, connection);
        ended(connection);
      },
    };
  },
  pickFolder: () => ipcRenderer.invoke(CHANNELS.pickFolder),
  pickFile: () => ipcRenderer.invoke(CHANNELS.pickFile),
  // '' while no plan has proposed a folder yet.
  pickOutput: (suggested) => ipcRenderer.invoke(CHANNELS.pickOutput, suggested || null),
  // The path is read here and not in the page: a page can make a File, but not one that has a path.
  pathForFile: async (file) => ipcRenderer.invoke(CHANNELS.dropped, webUtils.getPathForFile(file as File)),
  revealOutput: (path) => ipcRenderer.invoke(CHANNELS.reveal, path),
  speak: (language) => ipcRenderer.send(CHANNELS.language, language),
  onOpen(listener) {
    const hear = (_event: IpcRendererEvent, path: string) => listener(path);
    ipcRenderer.on(CHANNELS.open, hear);
    ipcRenderer.send(CHANNELS.listens);
    return () => void ipcRenderer.off(CHANNELS.open, hear);
  },
};

contextBridge.exposeInMainWorld(DESKTOP_BRIDGE, bridge);
