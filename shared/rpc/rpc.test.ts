import { expect, test, vi } from 'vitest';
import { memoryPorts } from '../../electron/ports/memory.ts';
import { fakeEngine } from '../../test/contract/fake-engine.ts';
import type { MethodName } from '../api.ts';
import type { Frame, Port } from '../protocol.ts';
import { connect } from './connect.ts';
import { MAX_CALLS_IN_FLIGHT, type ServeOptions, serve } from './serve.ts';

function connected(options: ServeOptions = {}) {
  const engine = fakeEngine();
  const [near, far] = memoryPorts();
  serve(far, engine, options);
  return { engine, client: connect(near), far };
}

/** A server without a client: frames in, frames out. */
function bare(options: ServeOptions = {}) {
  const engine = fakeEngine();
  const [near, far] = memoryPorts();
  const answers: Frame[] = [];
  near.onFrame((frame) => void answers.push(frame as Frame));
  near.onClose(() => undefined);
  serve(far, engine, options);
  return { engine, near, answers, send: (frame: unknown) => near.send(frame as Frame) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

test('a call that is aborted before it is made is not sent', async () => {
  const { client, engine } = connected();
  const call = client.call('checkpoint.open', { path: '/x' }, AbortSignal.abort());
  await expect(call).rejects.toMatchObject({ fault: { code: 'CANCELLED' } });
  expect(engine.waiting).toBe(0);
});

test('the end of a connection aborts its calls and its events, and no other', async () => {
  const { client, engine, far } = connected();
  const [otherNear, otherFar] = memoryPorts();
  serve(otherFar, engine);
  const other = connect(otherNear);
  const seen: string[] = [];
  client.listen((event) => void seen.push(event.type));
  const call = client.call('checkpoint.open', { path: '/x' });
  const otherCall = other.call('checkpoint.open', { path: '/x' });
  otherCall.catch(() => undefined);
  await settled();
  far.close();
  await expect(call).rejects.toMatchObject({ fault: { code: 'API_DISCONNECTED' } });
  expect([engine.waiting, engine.aborted]).toEqual([2, 1]);
  engine.emit({ type: 'job-dismissed', job: 'x' });
  await settled();
  expect(seen).toEqual([]);
  expect(await other.call('jobs.list', {})).toEqual({ jobs: [] });
});

test('after the end calls are refused at once, and late listeners hear of it', async () => {
  const { client } = connected();
  client.close();
  await settled();
  expect(client.connected).toBe(false);
  const late = vi.fn();
  client.onDisconnect(late);
  expect(late).toHaveBeenCalledOnce();
  await expect(client.call('app.info', {})).rejects.toMatchObject({ fault: { code: 'API_DISCONNECTED' } });
});

test('the guard sees the parsed input and can refuse', async () => {
  const guard = vi.fn(async (method: MethodName) => {
    if (method === 'jobs.dismiss') throw new Error('no');
  });
  const { client } = connected({ guard });
  await client.call('job.plan', { job: 'merge', path: '/a' });
  expect(guard).toHaveBeenCalledWith(
    'job.plan',
    expect.objectContaining({ path: '/a', hasRedundancy: 'auto' }),
  );
  await expect(client.call('jobs.dismiss', { job: 'j' })).rejects.toMatchObject({
    fault: { code: 'INTERNAL' },
  });
});

test('the guard is not asked about input that does not fit', async () => {
  const guard = vi.fn();
  const { client } = connected({ guard });
  await expect(client.call('checkpoint.open', { path: '' })).rejects.toMatchObject({
    fault: { code: 'API_INPUT' },
  });
  expect(guard).not.toHaveBeenCalled();
});

test('the 257th call under way is refused as busy, and the others go on', async () => {
  const { send, answers, engine } = bare();
  for (let id = 1; id <= MAX_CALLS_IN_FLIGHT + 1; id++)
    send({ type: 'call', id, method: 'checkpoint.open', input: { path: '/x' } });
  await settled();
  expect(engine.waiting).toBe(MAX_CALLS_IN_FLIGHT);
  expect(answers).toMatchObject([
    { type: 'error', id: MAX_CALLS_IN_FLIGHT + 1, fault: { code: 'API_BUSY' } },
  ]);
  send({ type: 'cancel', id: 1 });
  await settled();
  send({ type: 'call', id: 1000, method: 'jobs.list', input: {} });
  await settled();
  expect(answers.at(-1)).toEqual({ type: 'result', id: 1000, value: { jobs: [] } });
});

test.each([
  ['nothing', undefined],
  ['a number', 7],
  ['text', 'call'],
  ['a list', [{ type: 'call', id: 1 }]],
  ['no id', { type: 'call', method: 'app.info', input: {} }],
  ['an id that is no number', { type: 'call', id: '1', method: 'app.info', input: {} }],
  ['an id beyond 2^53', { type: 'call', id: 2 ** 60, method: 'app.info', input: {} }],
  ['an unknown type', { type: 'dance', id: 1 }],
  ['a cancel of nothing', { type: 'cancel', id: 99 }],
  ['an answer to a question never asked', { type: 'result', id: 1, value: 1 }],
])('%s as a frame is ignored, and the connection goes on', async (_what, frame) => {
  const { send, answers } = bare();
  send(frame);
  send({ type: 'call', id: 5, method: 'jobs.list', input: {} });
  await settled();
  expect(answers).toEqual([{ type: 'result', id: 5, value: { jobs: [] } }]);
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'app.INFO', 7, null, undefined, {}])(
  'method %j is unknown',
  async (method) => {
    const { send, answers } = bare();
    send({ type: 'call', id: 1, method, input: {} });
    await settled();
    expect(answers).toMatchObject([{ type: 'error', id: 1, fault: { code: 'API_METHOD' } }]);
  },
);

test.each([
  ['a missing field', {}, 'path'],
  ['a field of a wrong type', { path: 7 }, 'path'],
  ['an unknown field', { path: '/x', extra: 1 }, 'input'],
  ['no object', null, 'input'],
  ['a polluted prototype', JSON.parse('{"path":"/x","__proto__":{"x":1}}'), 'input'],
])('%s is bad input that names the field', async (_what, input, field) => {
  const { send, answers } = bare();
  send({ type: 'call', id: 1, method: 'checkpoint.open', input });
  await settled();
  expect(answers).toMatchObject([{ type: 'error', id: 1, fault: { code: 'API_INPUT' } }]);
  expect(JSON.stringify(answers)).toContain(`checkpoint.open: ${field}`);
});

test('a value that cannot be sent becomes an error', async () => {
  const [near, far] = memoryPorts();
  const strict: Port = {
    ...pass(far),
    send(frame) {
      if (frame.type === 'result') throw new TypeError('no form for it');
      far.send(frame);
    },
  };
  serve(strict, fakeEngine());
  await expect(connect(near).call('jobs.list', {})).rejects.toMatchObject({ fault: { code: 'INTERNAL' } });
});

test('a client that sends the same id twice gets an answer to each', async () => {
  const { send, answers } = bare();
  send({ type: 'call', id: 1, method: 'checkpoint.open', input: { path: '/x' } });
  send({ type: 'call', id: 1, method: 'jobs.list', input: {} });
  await settled();
  expect(answers).toMatchObject([{ type: 'error', id: 1, fault: { code: 'API_INPUT' } }]);
  send({ type: 'cancel', id: 1 });
  await settled();
  expect(answers.at(-1)).toMatchObject({ type: 'error', id: 1, fault: { code: 'CANCELLED' } });
});

test('an error of a kind that the client does not know is still an error', async () => {
  const [near, far] = memoryPorts();
  far.onFrame((frame) =>
    far.send({ ...(frame as object), type: 'error', fault: { code: 'toString' } } as never),
  );
  await expect(connect(near).call('jobs.list', {})).rejects.toMatchObject({ fault: { code: 'INTERNAL' } });
});

function pass(port: Port): Port {
  return {
    send: (frame) => port.send(frame),
    onFrame: (listener) => port.onFrame(listener),
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
  };
}
