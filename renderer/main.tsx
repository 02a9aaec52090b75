import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import { createRoot } from 'react-dom/client';
import type { DesktopBridge } from '../shared/desktop.ts';
import { App } from './app.tsx';
import { followAddress } from './follow-address.ts';
import { localMemory } from './memory.ts';
import { createAppStore } from './store/app-store.ts';
import { openDesktop } from './transport/desktop.ts';
import { reconnectingClient } from './transport/reconnecting.ts';
import { openWebSocket, socketUrl } from './transport/web-socket.ts';

declare global {
  interface Window {
    readonly shardscope?: DesktopBridge;
  }
}

const desktop = window.shardscope;
const client = reconnectingClient(() =>
  desktop ? openDesktop(desktop) : openWebSocket(socketUrl(window.location)),
);
const store = createAppStore(client, localMemory(window.localStorage));

client.onConnection((connection) => {
  const again = store.getState().connection === 'reconnecting' && connection === 'connected';
  store.getState().setConnection(connection);
  // The host kept the jobs while nobody listened.
  if (again) void store.getState().loadJobs();
});

async function start(): Promise<void> {
  const hadPlace = window.location.hash.includes('path=');
  await Promise.all([store.getState().loadInfo(), store.getState().loadJobs()]);
  followAddress(store);
  const initialPath = store.getState().info?.initialPath;
  if (!hadPlace && initialPath !== undefined) await store.getState().open({ path: initialPath });
}

desktop?.onOpen((path) => void store.getState().open({ path }));
void start();

const root = document.getElementById('root');
if (root) createRoot(root).render(<App store={store} desktop={desktop} />);
