import { useMediaQuery } from '@mantine/hooks';
import { createContext, useContext } from 'react';

/** Whether the tab has half of the window: another is shown beside it. */
export const HalfContext = createContext(false);

/** Below 1,024 CSS pixels a window shows one tab, and its panels lie over the view. */
export function useNarrowWindow(): boolean {
  return useMediaQuery('(max-width: 1023.98px)', false, { getInitialValueInEffect: false });
}

/** Whether the right panel lies over the view instead of beside it: half of a window needs twice its width. */
export function useNarrow(): boolean {
  const half = useContext(HalfContext);
  const tight = useMediaQuery('(max-width: 1399.98px)', false, { getInitialValueInEffect: false });
  return useNarrowWindow() || (half && tight);
}

/** Whether the views are shown only when called for: over the view, or from a menu. */
export function useNavOverlay(): boolean {
  const half = useContext(HalfContext);
  return useNarrowWindow() || half;
}
