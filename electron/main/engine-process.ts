import { join } from 'node:path';
import { utilityProcess } from 'electron';
import type { Client, EngineEvent } from '../../shared/calls.ts';
import { refuse } from '../../shared/errors.ts';
import type { AppInfo } from '../../shared/host.ts';
import { connect, type RpcClient } from '../../shared/rpc/connect.ts';
import { childPort } from '../ports/message-port.ts';

export interface EngineProcessOptions {
  /** Folder of the bundles, which has `engine-host.js`. */
  readonly bundles: string;
  readonly info: Omit<AppInfo, 'version' | 'recent'>;
  readonly stateFolder: string;
}

/** An engine that dies more often than this in a minute is not started again: it would only burn the machine. */
const STARTS_PER_MINUTE = 5;
/** How long jobs may clean up when the app quits, in milliseconds. */
const CLEAN_UP_MS = 10_000;

/**
 * The engine in a process of its own: a checkpoint that brings it down takes no window with it, and the window
 * never waits for it. When it dies, its calls end with API_DISCONNECTED and another one is started.
 */
export class EngineProcess implements Client {
  private readonly options: EngineProcessOptions;
  private readonly listeners = new Set<(event: EngineEvent) => void>();
  private readonly starts: number[] = [];
  private current: { client: RpcClient; child: Electron.UtilityProcess } | undefined;
  private quitting = false;
  /** Called when the engine has died; its checkpoints and jobs are gone. */
  onDeath: () => void = () => undefined;

  constructor(options: EngineProcessOptions) {
    this.options = options;
    this.start();
  }

  call: Client['call'] = async (method, input, signal) => {
    if (!this.current)
      return refuse(
        'API_DISCONNECTED',
        `the engine ended ${STARTS_PER_MINUTE} times within a minute and is not started again`,
        'Quit Shardscope and start it again; leave out what was opened last.',
      );
    return this.current.client.call(method, input, signal);
  };

  listen(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Lets jobs clean up, then ends the process, by force where it takes too long. */
  async quit(): Promise<void> {
    this.quitting = true;
    const { current } = this;
    if (!current) return;
    const ended = new Promise<void>((resolve) => current.child.once('exit', () => resolve()));
    const timer = setTimeout(() => current.child.kill(), CLEAN_UP_MS);
    current.client.close();
    await ended;
    clearTimeout(timer);
  }

  private start(): void {
    this.starts.push(Date.now());
    const { bundles, info, stateFolder } = this.options;
    const child = utilityProcess.fork(join(bundles, 'engine-host.js'), [], {
      serviceName: 'Shardscope engine',
      env: { ...process.env, SHARDSCOPE_ENGINE: JSON.stringify({ info, stateFolder }) },
    });
    const client = connect(childPort(child));
    client.listen((event) => {
      for (const listener of [...this.listeners]) listener(event);
    });
    client.onDisconnect(() => {
      this.current = undefined;
      if (this.quitting) return;
      if (this.mayStart()) this.start();
      this.onDeath();
    });
    this.current = { client, child };
  }

  private mayStart(): boolean {
    const minuteAgo = Date.now() - 60_000;
    return this.starts.filter((start) => start > minuteAgo).length < STARTS_PER_MINUTE;
  }
}
