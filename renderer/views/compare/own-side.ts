import type { CompareRequest } from '../../../shared/compare/options.ts';
import type { AppState } from '../../store/slice.ts';

/** The open checkpoint as a side of a comparison: the save that is open, the strategy that was named. */
export function ownSide({ checkpoint, opened }: AppState): CompareRequest['a'] | undefined {
  if (checkpoint === undefined) return undefined;
  const { path, suffix } = checkpoint;
  return {
    path,
    ...(opened?.strategy !== undefined && { strategy: opened.strategy }),
    ...(suffix !== undefined && suffix !== '' && { fileSuffix: suffix }),
  };
}
