import type { RawData, WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../../shared/frame-codec.ts';
import type { Frame, Port } from '../../shared/protocol.ts';

/**
 * Answers that may wait for a peer that reads slowly, in bytes. The largest single answer (a million tensor
 * names) is about 50 MB; a peer that is further behind is taken for gone.
 */
const MAX_BYTES_WAITING = 256 * 1024 ** 2;

/** WebSocket close codes of RFC 6455 §7.4.1. */
const NORMAL = 1000;
const INVALID_DATA = 1007;

/** A `ws` socket, of either side, as a port. A message that is no frame ends the connection. */
export function webSocketPort(socket: WebSocket): Port {
  return {
    send(frame: Frame) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(encodeFrame(frame));
      if (socket.bufferedAmount > MAX_BYTES_WAITING) socket.terminate();
    },
    onFrame(listener) {
      socket.on('message', (data: RawData, binary: boolean) => {
        const bytes = flatten(data);
        const frame = decodeFrame(binary ? bytes : bytes.toString('utf8'));
        if (frame === undefined) socket.close(INVALID_DATA, 'not a frame');
        else listener(frame);
      });
    },
    onClose(listener) {
      socket.once('close', listener);
    },
    close() {
      socket.close(NORMAL);
    },
  };
}

function flatten(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
