import type { Client } from '../../shared/calls.ts';
import { asFault } from '../../shared/errors.ts';
import type { AppState } from './slice.ts';

/**
 * A client that opens the tab's checkpoint again where the engine let go of it (it was started anew, or has others
 * open that were used since), and asks once more. Waiting for changes is no use of a checkpoint: it does not bring one
 * back.
 */
export function reopening(client: Client, get: () => AppState): Client {
  let again: Promise<boolean> | undefined;

  return {
    listen: client.listen,
    async call(method, input, signal) {
      try {
        return await client.call(method, input, signal);
      } catch (error) {
        const { checkpoint, reopen } = get();
        const lost = 'checkpoint' in input && input.checkpoint === checkpoint?.id;
        if (!lost || method === 'checkpoint.changes' || asFault(error).code !== 'API_NOT_OPEN') throw error;
        again ??= reopen().finally(() => {
          again = undefined;
        });
        const now = (await again) ? get().checkpoint : undefined;
        if (now === undefined || signal?.aborted) throw error;
        return client.call(method, { ...input, checkpoint: now.id }, signal);
      }
    },
  };
}
