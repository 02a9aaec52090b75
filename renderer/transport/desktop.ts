import type { DesktopBridge } from '../../shared/desktop.ts';
import type { Port } from '../../shared/protocol.ts';

/** A port over the preload's bridge. */
export async function openDesktop(bridge: DesktopBridge): Promise<Port> {
  let onFrame: (frame: unknown) => void = () => undefined;
  let onClose: () => void = () => undefined;
  let closed = false;
  const connection = bridge.connect(
    (frame) => onFrame(frame),
    () => {
      closed = true;
      onClose();
    },
  );
  return {
    send: (frame) => connection.send(frame),
    onFrame(listener) {
      onFrame = listener;
    },
    onClose(listener) {
      onClose = listener;
      if (closed) listener();
    },
    close: () => connection.close(),
  };
}
