import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's cache folder for Shardscope, by each system's convention. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'shardscope');
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'shardscope');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'shardscope');
  return join(homedir(), '.cache', 'shardscope');
}
