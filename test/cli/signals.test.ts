import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { webSocketPort } from '../../electron/ports/websocket.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { cookieOf } from '../contract/raw-http.ts';
import { runCli, scratchFolder } from './run-cli.ts';

/** A job that takes seconds is told to end: it does within two, and leaves nothing. */
const scratch = scratchFolder();
const source = join(scratch.path, 'large.safetensors');
const page = join(process.env.SHARDSCOPE_BUNDLES ?? 'dist', 'renderer');
beforeAll(() => {
  // 2 GiB of zeros, which take no place on the drive.
  const length = 2 * 1024 ** 3;
  const header = Buffer.from(`{"w":{"dtype":"U8","shape":[${length}],"data_offsets":[0,${length}]}}`);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  const fd = openSync(source, 'w');
  writeSync(fd, Buffer.concat([prefix, header]));
  ftruncateSync(fd, 8 + header.length + length);
  closeSync(fd);
  // The bundle that tests run has no page.
  mkdirSync(page);
  writeFileSync(join(page, 'index.html'), '<!doctype html>');
});
afterAll(() => {
  rmSync(page, { recursive: true });
  scratch.remove();
});

function place(name: string): string {
  mkdirSync(join(scratch.path, name));
  return join(scratch.path, name);
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s cancels a job', async (signal) => {
  const parent = place(signal);
  let told = Number.NaN;
  const merge = ['merge', source, '--names', 'huggingface', '--out', join(parent, 'out')];
  const { code, stdout } = await runCli([...merge, '--progress', 'json', '--json'], {
    started: (child) =>
      child.stderr.on('data', (data: Buffer) => {
        if (!Number.isNaN(told) || !/"phase":"copying","bytesDone":[1-9]/.test(data.toString())) return;
        told = performance.now();
        child.kill(signal);
      }),
  });
  expect(performance.now() - told).toBeLessThan(2000);
  expect({ code, error: JSON.parse(stdout).error.code }).toEqual({ code: 130, error: 'CANCELLED' });
  expect(readdirSync(parent)).toEqual([]);
});

test('SIGTERM ends the browser host, and the job that runs in it', async () => {
  const parent = place('host');
  let told = Number.NaN;
  const start = async (url: string, stop: () => void) => {
    const { origin, host } = new URL(url);
    const socket = new WebSocket(`ws://${host}/ws`, { headers: { origin, cookie: await cookieOf(url) } });
    await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
    const client = connect(webSocketPort(socket));
    client.listen((event) => {
      if (event.type !== 'job' || !event.job.progress.bytesDone || !Number.isNaN(told)) return;
      told = performance.now();
      stop();
    });
    const out = join(parent, 'out');
    await client.call('job.start', { job: 'merge', path: source, names: 'huggingface', out });
  };
  const { code } = await runCli(['serve', '--json'], {
    env: { XDG_STATE_HOME: join(scratch.path, 'state') },
    started: (child) => {
      child.stdout.once('data', (data: Buffer) => {
        start(JSON.parse(data.toString()).url, () => child.kill('SIGTERM')).catch(() =>
          child.kill('SIGKILL'),
        );
      });
    },
  });
  expect(performance.now() - told).toBeLessThan(2000);
  expect(code).toBe(0);
  expect(readdirSync(parent)).toEqual([]);
});
