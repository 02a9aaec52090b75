import type { ParsedInput } from '../../shared/api.ts';
import type { CallContext, Client } from '../../shared/calls.ts';
import { forward, type Served } from '../../shared/rpc/serve.ts';
import type { Limits } from '../server/guard.ts';
import { isUnder, realPlace } from '../server/roots.ts';

/**
 * What the page may touch on disk: the paths that a person chose (dialog, drop, start, recent list) and those
 * that the engine itself found from there. A page that was taken over gets no further.
 */
export class Grants {
  private readonly readable = new Set<string>();
  private readonly writable = new Set<string>();
  private readonly outputs = new Set<string>();

  readonly limits: Limits = {
    readOnly: false,
    mayRead: (place) => isUnderAny(place, this.readable) || isUnderAny(place, this.writable),
    mayWrite: (place) => isUnderAny(place, this.writable),
    advice: 'Choose it with the dialog, or drop it on the window.',
  };

  /** Grants reading a file, or a folder with all that is in it. Paths that lead nowhere grant nothing. */
  async read(path: string): Promise<void> {
    const place = await realPlace(path);
    if (place !== undefined) this.readable.add(place);
  }

  async write(path: string): Promise<void> {
    const place = await realPlace(path);
    if (place !== undefined) this.writable.add(place);
  }

  /** What a finished job wrote may be opened and shown in the system's file browser. */
  async output(path: string): Promise<void> {
    this.outputs.add(path);
    await this.read(path);
  }

  isOutput(path: string): boolean {
    return isUnderAny(path, this.outputs);
  }
}

/**
 * Passes calls on to the engine, and grants what its answers name: a checkpoint's own strategy, the output
 * that a plan proposes, the recent list.
 */
export function granting(client: Client, grants: Grants): Served {
  const { implementation, listen } = forward(client);
  return {
    listen,
    implementation: {
      ...implementation,
      async 'app.info'(input: ParsedInput<'app.info'>, call: CallContext) {
        const info = await implementation['app.info'](input, call);
        for (const path of info.recent) await grants.read(path);
        if (info.initialPath !== undefined) await grants.read(info.initialPath);
        return info;
      },
      async 'checkpoint.open'(input: ParsedInput<'checkpoint.open'>, call: CallContext) {
        const summary = await implementation['checkpoint.open'](input, call);
        await grants.read(summary.path);
        if (summary.strategy) await grants.read(summary.strategy.path);
        return summary;
      },
      async 'job.plan'(input: ParsedInput<'job.plan'>, call: CallContext) {
        const plan = await implementation['job.plan'](input, call);
        await grants.write(plan.out);
        return plan;
      },
      async 'strategy.save'(input: ParsedInput<'strategy.save'>, call: CallContext) {
        const saved = await implementation['strategy.save'](input, call);
        await grants.write(saved.out);
        return saved;
      },
      async 'strategy.author'(input: ParsedInput<'strategy.author'>, call: CallContext) {
        const saved = await implementation['strategy.author'](input, call);
        await grants.write(saved.out);
        return saved;
      },
    },
  };
}

function isUnderAny(place: string, folders: ReadonlySet<string>): boolean {
  for (const folder of folders) if (isUnder(place, folder)) return true;
  return false;
}
