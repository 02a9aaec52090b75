import { expect, test, vi } from 'vitest';
import type { Frame, Port } from '../../shared/protocol.ts';
import { reconnectingClient } from './reconnecting.ts';

interface Line {
  readonly sent: Frame[];
  receive(frame: Frame): void;
  drop(): void;
}

/** Ports that a test answers and cuts; `refuse` makes the next attempts fail. */
function exchange(refuse = 0) {
  const lines: Line[] = [];
  let refusals = refuse;
  const open = async (): Promise<Port> => {
    if (refusals-- > 0) throw new Error('nobody there');
    const sent: Frame[] = [];
    let onFrame: (frame: unknown) => void = () => {};
    let onClose = () => {};
    lines.push({ sent, receive: (frame) => onFrame(frame), drop: () => onClose() });
    return {
      send: (frame) => void sent.push(frame),
      onFrame: (listener) => {
        onFrame = listener;
      },
      onClose: (listener) => {
        onClose = listener;
      },
      close: () => onClose(),
    };
  };
  return { lines, open };
}

const NO_WAIT = [0, 1];

test('a call waits for the connection, however often it fails at first', async () => {
  const { lines, open } = exchange(3);
  const states: string[] = [];
  const client = reconnectingClient(open, NO_WAIT);
  client.onConnection((state) => states.push(state));
  const answer = client.call('jobs.list', {});
  await vi.waitFor(() => expect(lines[0]?.sent).toHaveLength(1));
  lines[0]?.receive({ type: 'result', id: 1, value: { jobs: [] } });
  expect(await answer).toEqual({ jobs: [] });
  expect(states).toEqual(['reconnecting', 'reconnecting', 'reconnecting', 'connected']);
});

test('a reading call that was cut off is made again; a changing one fails', async () => {
  const { lines, open } = exchange();
  const client = reconnectingClient(open, NO_WAIT);
  const reading = client.call('jobs.list', {});
  const changing = client.call('jobs.cancel', { job: 'a' });
  changing.catch(() => {});
  await vi.waitFor(() => expect(lines[0]?.sent).toHaveLength(2));
  lines[0]?.drop();
  await expect(changing).rejects.toMatchObject({ fault: { code: 'API_DISCONNECTED' } });
  await vi.waitFor(() => expect(lines[1]?.sent).toMatchObject([{ method: 'jobs.list' }]));
  lines[1]?.receive({ type: 'result', id: 1, value: { jobs: [] } });
  expect(await reading).toEqual({ jobs: [] });
});

test('events go on over the next connection', async () => {
  const { lines, open } = exchange();
  const client = reconnectingClient(open, NO_WAIT);
  const heard: unknown[] = [];
  client.listen((event) => heard.push(event));
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  await Promise.resolve();
  lines[0]?.drop();
  await vi.waitFor(() => expect(lines).toHaveLength(2));
  const event = { type: 'job-dismissed', job: 'a' } as const;
  await vi.waitFor(() => {
    lines[1]?.receive({ type: 'event', event });
    expect(heard).toContainEqual(event);
  });
});
