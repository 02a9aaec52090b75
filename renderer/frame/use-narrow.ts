import { useMediaQuery } from '@mantine/hooks';

/** Below 1,024 CSS pixels the panels lie over the view instead of beside it. */
export function useNarrow(): boolean {
  return useMediaQuery('(max-width: 1023.98px)', false, { getInitialValueInEffect: false });
}
