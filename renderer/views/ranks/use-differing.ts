import { useMemo } from 'react';
import { useApp } from '../../store/app-store.ts';
import { useComparison } from '../compare/use-comparison.ts';

/**
 * Says whether a rank's copy of a tensor is not what its replica is, by the comparison of two ranks that was made
 * last: the second of the two is the one that is marked.
 */
export function useDiffering() {
  const { comparison } = useComparison();
  const path = useApp((state) => state.checkpoint?.path);
  const marked = useMemo(() => {
    const { a, b } = comparison?.request ?? {};
    const names = new Set<string>();
    if (a?.path !== path || b?.path !== path || a?.fileSuffix !== b?.fileSuffix)
      return { names, rank: undefined };
    for (const { name, status, sameSlice } of comparison?.found ?? [])
      if (sameSlice === true && status !== 'equal') names.add(name);
    return { names, rank: b?.rank };
  }, [comparison, path]);
  return (name: string): number | undefined => (marked.names.has(name) ? marked.rank : undefined);
}
