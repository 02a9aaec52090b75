import { useMediaQuery, useReducedMotion } from '@mantine/hooks';
import { useLayoutEffect } from 'react';
import { languageOf } from '../store/settings.ts';
import { useWorkspace } from '../store/workspace.ts';

const AT_ONCE = { getInitialValueInEffect: false };

export interface Appearance {
  readonly scheme: 'light' | 'dark';
  /** Nothing moves or fades. */
  readonly still: boolean;
}

/** What the settings and the system together ask for; marked on the document for the style sheets. */
export function useAppearance(): Appearance {
  const preferences = useWorkspace((state) => state.preferences);
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)', false, AT_ONCE);
  const systemContrast = useMediaQuery('(prefers-contrast: more)', false, AT_ONCE);
  const systemStill = useReducedMotion(false, AT_ONCE);
  const { theme, motion } = preferences;
  const language = languageOf(preferences);
  const contrast = theme === 'contrast' || systemContrast;
  const still = motion === 'reduced' || systemStill;
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.lang = language;
    root.toggleAttribute('data-contrast', contrast);
    root.toggleAttribute('data-still', still);
  }, [language, contrast, still]);
  const dark = theme === 'dark' || (theme !== 'light' && systemDark);
  return { scheme: dark ? 'dark' : 'light', still };
}
