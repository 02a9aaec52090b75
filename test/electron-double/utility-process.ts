import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';

/** Runs in the child before its bundle: `process.parentPort`, which starts with its first listener. */
const PARENT_PORT = `
import { EventEmitter } from 'node:events';
const port = Object.assign(new EventEmitter(), { postMessage: (value) => void process.send(value) });
port.once('newListener', () => process.on('message', (data) => port.emit('message', { data })));
process.on('disconnect', () => process.exit(0));
process.parentPort = port;
`;

/** A utility process as a plain child of Node that speaks structured clones, as the real one does. */
export function forkUtility(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): UtilityProcessDouble {
  const child = fork(path, args, {
    env,
    serialization: 'advanced',
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(PARENT_PORT)}`],
  });
  return new UtilityProcessDouble(child);
}

export class UtilityProcessDouble extends EventEmitter {
  private readonly child: ReturnType<typeof fork>;

  constructor(child: ReturnType<typeof fork>) {
    super();
    this.child = child;
    child.on('message', (value) => this.emit('message', value));
    child.on('exit', (code) => this.emit('exit', code));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }
  postMessage(value: unknown): void {
    if (this.child.connected) this.child.send(value as object);
  }
  kill(): boolean {
    return this.child.kill();
  }
}
