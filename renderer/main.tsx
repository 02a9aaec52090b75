import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import { createRoot } from 'react-dom/client';
import type { DesktopBridge } from '../shared/desktop.ts';
import { App } from './app.tsx';
import { followAddress } from './follow-address.ts';
import { keepTabs, keptTabs, type TabMemory } from './keep-tabs.ts';
import { localMemory, whenWritten } from './memory.ts';
import { languageOf } from './store/settings.ts';
import { createWorkspace } from './store/workspace.ts';
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
const shared = localMemory(window.localStorage);
const workspace = createWorkspace(client, shared);

whenWritten('preferences', () => workspace.getState().rereadPreferences());

client.onConnection((connection) => {
  const again = workspace.getState().connection === 'reconnecting' && connection === 'connected';
  workspace.getState().setConnection(connection);
  // The host kept the jobs while nobody listened.
  if (again) void workspace.getState().loadJobs();
});

/** The desktop names its windows in their addresses; a browser's has its session. */
function tabMemory(): TabMemory {
  const query = new URLSearchParams(window.location.search);
  const name = query.get('window');
  return {
    own: localMemory(window.sessionStorage),
    shared,
    key: name === null ? 'tabs' : `tabs.${name}`,
    isNew: query.has('new'),
  };
}

async function start(): Promise<void> {
  const memory = tabMemory();
  // A link to a place is opened alone, unless this window had tabs already.
  const hadPlace = window.location.hash.includes('path=');
  const kept = keptTabs({ ...memory, isNew: memory.isNew || hadPlace });
  await Promise.all([workspace.getState().loadInfo(), workspace.getState().loadJobs()]);
  if (kept) workspace.getState().restoreTabs(kept);
  followAddress(workspace);
  keepTabs(workspace, memory);
  const query = new URLSearchParams(window.location.search);
  // Of several windows of the desktop one opens what the app was started with.
  const opens = !query.has('window') || query.has('open');
  const initialPath = workspace.getState().info?.initialPath;
  if (opens && !hadPlace && initialPath !== undefined) workspace.getState().showPath(initialPath);
}

if (desktop) {
  const speak = () => desktop.speak(languageOf(workspace.getState().preferences));
  speak();
  workspace.subscribe(({ preferences }, before) => preferences !== before.preferences && speak());
}
const started = start();
// Not before the tabs of the last run are back, which would take its place.
desktop?.onOpen((path) => void started.then(() => workspace.getState().showPath(path)));

const root = document.getElementById('root');
if (root) createRoot(root).render(<App workspace={workspace} desktop={desktop} />);
