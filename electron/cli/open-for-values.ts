import { resolve } from 'node:path';
import type { CheckpointOptions } from './options.ts';
import { absolute } from './paths.ts';
import { openSession, type Session } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Opened {
  readonly session: Session;
  readonly checkpoint: string;
  /** Aborted by Ctrl+C; a second one ends the process at once. */
  readonly cancelled: AbortSignal;
}

/** Opens a checkpoint whose values are wanted, in an engine of this process. */
export async function openForValues(
  terminal: Terminal,
  path: string,
  { strategy, fileSuffix, threads }: CheckpointOptions & { readonly threads?: number },
): Promise<Opened> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    terminal.note('Cancelling; press Ctrl+C again to stop at once.');
    controller.abort();
  };
  const session = await openSession({ threads });
  process.on('SIGINT', interrupt);
  try {
    const { id: checkpoint } = await session.call(
      'checkpoint.open',
      { path: resolve(path), strategy: absolute(strategy), fileSuffix },
      controller.signal,
    );
    const close = async () => {
      process.off('SIGINT', interrupt);
      await session.close();
    };
    return { session: { ...session, close }, checkpoint, cancelled: controller.signal };
  } catch (error) {
    process.off('SIGINT', interrupt);
    await session.close();
    throw error;
  }
}
