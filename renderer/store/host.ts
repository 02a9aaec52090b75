import type { AppInfo } from '../../shared/host.ts';
import type { WorkspaceContext } from './workspace.ts';

/** The host behind the window: what it is, what was open there before, whether it answers. */
export interface HostSlice {
  readonly info: AppInfo | undefined;
  readonly recent: readonly string[];
  readonly connection: 'connected' | 'reconnecting';
  setConnection(connection: 'connected' | 'reconnecting'): void;
  loadInfo(): Promise<void>;
  forgetRecent(path: string): Promise<void>;
}

export function hostSlice({ set, client }: WorkspaceContext): HostSlice {
  client.listen((event) => {
    if (event.type === 'recent') set({ recent: event.recent });
  });
  return {
    info: undefined,
    recent: [],
    connection: 'connected',
    setConnection: (connection) => set({ connection }),
    async loadInfo() {
      const info = await client.call('app.info', {});
      set({ info, recent: info.recent });
    },
    async forgetRecent(path) {
      await client.call('recent.remove', { path });
    },
  };
}
