import type { Frame, Port } from '../../shared/protocol.ts';

/**
 * Two ends of a connection within one process. Frames arrive in order, later in the same turn of the event
 * loop, as the objects they were sent as.
 */
export function memoryPorts(): [Port, Port] {
  const left = new MemoryEnd();
  const right = new MemoryEnd();
  left.peer = right;
  right.peer = left;
  return [left, right];
}

class MemoryEnd implements Port {
  peer: MemoryEnd | undefined;
  private frameListener: ((frame: unknown) => void) | undefined;
  private closeListener: (() => void) | undefined;
  private open = true;

  send(frame: Frame): void {
    const { peer } = this;
    if (this.open) queueMicrotask(() => peer?.open && peer.frameListener?.(frame));
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.frameListener = listener;
  }

  onClose(listener: () => void): void {
    this.closeListener = listener;
  }

  close(): void {
    for (const end of [this, this.peer]) {
      if (!end?.open) continue;
      end.open = false;
      queueMicrotask(() => end.closeListener?.());
    }
  }
}
