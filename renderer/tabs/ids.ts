/** The element of a tab in the bar, and of its content: each names the other to screen readers. */
export function tabButtonId(tab: string): string {
  return `tab-${tab}`;
}

export function paneId(tab: string): string {
  return `pane-${tab}`;
}
