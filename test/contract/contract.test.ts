import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../shared/calls.ts';
import type { RpcClient } from '../../shared/rpc/connect.ts';
import { BINARY, EVENTS_PER_CALL } from './fake-engine.ts';
import { type Connection, TRANSPORTS } from './transports.ts';

const HANDLE = 'c'.repeat(32);

/** What every transport owes its callers, the same everywhere. */
describe.each(TRANSPORTS)('$name', ({ skip, open }) => {
  if (skip !== undefined) {
    test.skip(`is left out: ${skip}`, () => undefined);
    return;
  }
  let connection: Connection;
  let client: RpcClient;

  beforeAll(async () => {
    connection = await open();
    client = connection.client;
  });
  afterAll(() => connection.close());

  test('a call is answered with its value, strings unharmed', async () => {
    const listing = await client.call('folder.list', { path: connection.path });
    expect(listing.path).toBe(connection.path);
    expect(listing.entries[0]).toMatchObject({ name: 'naïve\u2028"\u0000.safetensors', size: 2 ** 53 - 1 });
  });

  test('null is a value', async () => {
    expect(await client.call('jobs.dismiss', { job: 'j' })).toBeNull();
  });

  test('two calls in flight: one is cancelled, the other answers, and a third waits on', async () => {
    const controller = new AbortController();
    const cancelled = client.call('checkpoint.open', { path: connection.path }, controller.signal);
    const other = new AbortController();
    const waiting = client.call('checkpoint.open', { path: connection.path }, other.signal);
    const names = client.call('tensors.names', { checkpoint: HANDLE, from: 0, to: 3 });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ fault: { code: 'CANCELLED' } });
    expect((await names).names).toEqual([
      'model.layers.0.weight',
      'model.layers.1.weight',
      'model.layers.2.weight',
    ]);
    expect(await Promise.race([waiting.catch(() => 'settled'), after(50, 'waiting')])).toBe('waiting');
    other.abort();
    await expect(waiting).rejects.toMatchObject({ fault: { code: 'CANCELLED' } });
  });

  test('answers find their calls, out of order and in numbers', async () => {
    const calls = Array.from({ length: 100 }, (_, i) =>
      client.call('tensors.names', { checkpoint: HANDLE, from: i, to: i + 1 }),
    );
    const answers = await Promise.all(calls);
    expect(answers.map(({ names }) => names[0])).toEqual(
      Array.from({ length: 100 }, (_, i) => `model.layers.${i}.weight`),
    );
  });

  test('an error keeps its code, file, tensor, rank and numbers', async () => {
    await expect(client.call('verify.start', { path: connection.path })).rejects.toMatchObject({
      fault: {
        code: 'ST_OFFSETS',
        message: 'tensor a ends at 12, not at 16',
        advice: 'Copy the file again.',
        file: connection.path,
        tensor: 'a\u202e.weight',
        rank: 3,
        expected: '16',
        found: '12',
      },
    });
  });

  test('a bug in a method is an INTERNAL fault, without a stack', async () => {
    const error = await client
      .call('checkpoint.close', { checkpoint: HANDLE })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: { code: 'INTERNAL' } });
    expect(JSON.stringify(error)).not.toMatch(/\bat .*:\d+:\d+/);
  });

  test('bad input is refused with the name of the field', async () => {
    const error = await client
      .call('checkpoint.open', { path: 7 } as never)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: { code: 'API_INPUT' } });
    expect(String(error)).toContain('checkpoint.open: path');
  });

  test.each(['no.such', '__proto__', 'toString'])('method %s is unknown', async (method) => {
    await expect(client.call(method as 'app.info', {})).rejects.toMatchObject({
      fault: { code: 'API_METHOD' },
    });
  });

  test('events arrive in their order, before the answer of the call that made them', async () => {
    const seen: EngineEvent[] = [];
    const stop = client.listen((event) => void seen.push(event));
    await client.call('jobs.cancel', { job: 'e' });
    stop();
    const numbers = seen.map((event) => (event.type === 'opening' ? event.filesRead : -1));
    expect(numbers).toEqual(Array.from({ length: EVENTS_PER_CALL }, (_, i) => i));
    await client.call('jobs.cancel', { job: 'e' });
    expect(seen.length).toBe(EVENTS_PER_CALL);
  });

  test('bytes survive', async () => {
    const detail: unknown = await client.call('tensor.detail', { checkpoint: HANDLE, name: 'w' });
    expect(detail).toEqual({ name: 'w', bytes: BINARY, nested: [{ bytes: BINARY.slice(0, 3) }] });
    expect((detail as { bytes: unknown }).bytes).toBeInstanceOf(Uint8Array);
  });

  test('an answer of a million names arrives whole', async () => {
    const { names } = await client.call('tensors.names', { checkpoint: HANDLE, from: 0, to: 100_000 });
    expect([names.length, names.at(-1)]).toEqual([100_000, 'model.layers.99999.weight']);
  });

  // The last: the connection is gone after it.
  test('a dropped connection settles every call, and refuses those that come later', async () => {
    const calls = [1, 2, 3].map(() => client.call('checkpoint.open', { path: connection.path }));
    const outcomes = Promise.allSettled(calls);
    await client.call('jobs.list', {});
    const gone = new Promise<void>((resolve) => client.onDisconnect(resolve));
    await connection.drop();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { fault: { code: 'API_DISCONNECTED' } } });
    await gone;
    await expect(client.call('app.info', {})).rejects.toMatchObject({ fault: { code: 'API_DISCONNECTED' } });
  });
});

function after<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), ms));
}
