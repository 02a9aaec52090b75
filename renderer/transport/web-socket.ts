import { decodeFrame, encodeFrame } from '../../shared/frame-codec.ts';
import type { Port } from '../../shared/protocol.ts';

/** Opens a WebSocket to the browser host and speaks its frames, one a message. */
export function openWebSocket(url: string): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    let onFrame: (frame: unknown) => void = () => undefined;
    let onClose: () => void = () => undefined;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) =>
      onFrame(decodeFrame(data instanceof ArrayBuffer ? new Uint8Array(data) : String(data))),
    );
    socket.addEventListener('close', () => {
      reject(new Error('the host does not answer'));
      onClose();
    });
    socket.addEventListener('open', () =>
      resolve({
        send(frame) {
          if (socket.readyState === WebSocket.OPEN) socket.send(encodeFrame(frame) as string);
        },
        onFrame(listener) {
          onFrame = listener;
        },
        onClose(listener) {
          onClose = listener;
          if (socket.readyState > WebSocket.OPEN) listener();
        },
        close: () => socket.close(),
      }),
    );
  });
}

/** Address of the host's socket beside the page, with the page's query (it may carry the host's token). */
export function socketUrl(page: Location): string {
  const url = new URL('./ws', page.href);
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = page.search;
  url.hash = '';
  return url.href;
}
