import type { AppInfo } from '../../shared/host.ts';
import type { WorkspaceContext } from './workspace.ts';

/** Paths that are remembered, as many as the host does. */
const MOST_RECENT = 100;

/** The host behind the window: what it is, what was open there before, whether it answers. */
export interface HostSlice {
  readonly info: AppInfo | undefined;
  readonly recent: readonly string[];
  readonly connection: 'connected' | 'reconnecting';
  setConnection(connection: 'connected' | 'reconnecting'): void;
  loadInfo(): Promise<void>;
  /** A path was opened. */
  noteRecent(path: string): void;
  forgetRecent(path?: string): Promise<void>;
}

export function hostSlice({ set, get, client }: WorkspaceContext): HostSlice {
  return {
    info: undefined,
    recent: [],
    connection: 'connected',
    setConnection: (connection) => set({ connection }),
    async loadInfo() {
      const info = await client.call('app.info', {});
      set({ info, recent: info.recent });
    },
    noteRecent(path) {
      const others = get().recent.filter((other) => other !== path);
      set({ recent: [path, ...others].slice(0, MOST_RECENT) });
    },
    async forgetRecent(path) {
      await client.call('recent.remove', path === undefined ? {} : { path });
      set({ recent: path === undefined ? [] : get().recent.filter((other) => other !== path) });
    },
  };
}
