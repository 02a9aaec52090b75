import type { Input, Output } from '../../shared/api.ts';
import { asFault, type Fault, fault, ShardscopeError } from '../../shared/errors.ts';
import type { ParameterLayout } from '../../shared/strategy/layout-groups.ts';
import { definedOnly } from './checkpoint.ts';
import type { SliceContext } from './slice.ts';

type LayoutMethod = 'strategy.layouts' | 'strategy.parameters' | 'redundancy.report';

/** What the strategy of the open checkpoint means, and whether the copies that it makes are equal. */
export interface LayoutsSlice {
  /** The layout that the strategy view draws; still of the parameter before while the next is on its way. */
  readonly parameterLayout: ParameterLayout | undefined;
  readonly parameterFault: Fault | undefined;
  /** The job that compares the replicas of a checkpoint, by the checkpoint's id; kept over a reload. */
  readonly replicasJob: { readonly request: string; readonly job: string } | undefined;
  /** Asks the engine about the open checkpoint. Throws its fault. */
  askLayouts<M extends LayoutMethod>(
    method: M,
    input: Omit<Input<M>, 'checkpoint'>,
    signal: AbortSignal,
  ): Promise<Output<M>>;
  loadParameter(name: string | undefined): Promise<void>;
  compareReplicas(): Promise<void>;
}

export function layoutsSlice({ set, get, client, memory, workspace }: SliceContext): LayoutsSlice {
  let call = new AbortController();

  return {
    parameterLayout: undefined,
    parameterFault: undefined,
    replicasJob: memory.read('replicasJob', undefined),

    async askLayouts(method, input, signal) {
      const { checkpoint } = get();
      if (checkpoint === undefined)
        throw new ShardscopeError(fault('API_NOT_OPEN', 'no checkpoint is open', 'Open one first.'));
      // That the parts make a whole is known to `Omit` only.
      const whole = { ...input, checkpoint: checkpoint.id } as unknown as Input<typeof method>;
      return client.call(method, whole, signal);
    },

    async loadParameter(name) {
      call.abort();
      const mine = new AbortController();
      call = mine;
      const { checkpoint } = get();
      if (name === undefined || checkpoint === undefined)
        return set({ parameterLayout: undefined, parameterFault: undefined });
      try {
        const input = { checkpoint: checkpoint.id, name };
        const parameterLayout = await client.call('strategy.parameter', input, mine.signal);
        if (mine === call) set({ parameterLayout, parameterFault: undefined });
      } catch (error) {
        if (mine === call) set({ parameterLayout: undefined, parameterFault: asFault(error) });
      }
    },

    async compareReplicas() {
      const { opened } = get();
      if (opened === undefined) return;
      const job = await client.call('verify.start', { ...definedOnly(opened), only: 'replicas' });
      workspace.getState().addJob(job);
      const replicasJob = { request: JSON.stringify(definedOnly(opened)), job: job.id };
      set({ replicasJob });
      memory.write('replicasJob', replicasJob);
    },
  };
}
