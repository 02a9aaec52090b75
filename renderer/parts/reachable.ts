/**
 * For regions that scroll and hold nothing that can have the focus: with this the keyboard reaches and scrolls
 * them (axe: scrollable-region-focusable).
 */
export const REACHABLE = { tabIndex: 0 } as const;
