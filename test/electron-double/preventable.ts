/** Emits an event that can be prevented, and tells whether it was. */
export function prevented(emit: (event: { preventDefault(): void }) => void): boolean {
  let stopped = false;
  emit({
    preventDefault: () => {
      stopped = true;
    },
  });
  return stopped;
}
