import { createContext, useContext } from 'react';
import type { DesktopBridge } from '../../shared/desktop.ts';

/** The desktop's own dialogs and drops; undefined in a browser. */
export const DesktopContext = createContext<DesktopBridge | undefined>(undefined);

export function useDesktop(): DesktopBridge | undefined {
  return useContext(DesktopContext);
}
