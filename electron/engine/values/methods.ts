import type { CallContext, Implementation } from '../../../shared/calls.ts';
import type { TensorPart } from '../../../shared/queries.ts';
import type { OpenedCheckpoints } from '../opened.ts';
import type { WorkerPool } from '../pool.ts';
import { findValue } from './find-value.ts';
import { tensorValues } from './read-values.ts';
import type { ReadingContext, ReadingEvent } from './reading.ts';
import { saveTensor } from './save-tensor.ts';
import { tensorHeatmap } from './tensor-heatmap.ts';
import { selectionOf, tensorSource } from './tensor-source.ts';
import { tensorStats } from './tensor-stats.ts';

type ValuesMethod = 'tensor.values' | 'tensor.stats' | 'tensor.heatmap' | 'tensor.find' | 'tensor.save';

export interface ValuesContext {
  readonly opened: OpenedCheckpoints;
  /** For what somebody waits to see, and for long readings. */
  readonly looking: WorkerPool;
  readonly working: WorkerPool;
  send(event: ReadingEvent): void;
  withSignal<T>(call: CallContext, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** The methods of the contract that read a tensor's values. */
export function valuesMethods(context: ValuesContext): Pick<Implementation, ValuesMethod> {
  const { opened, looking, working, send, withSignal } = context;

  const partOf = ({ checkpoint, name, rank, slice }: TensorPart) => {
    const { model } = opened.get(checkpoint);
    const source = tensorSource(model, name, rank);
    return { model, source, selection: selectionOf(source, slice) };
  };

  const told = (part: TensorPart, pool: WorkerPool, signal: AbortSignal): ReadingContext => ({
    pool,
    signal,
    onProgress: (bytesDone, bytesTotal) =>
      send({
        type: 'reading',
        checkpoint: part.checkpoint,
        name: part.name,
        ...(part.rank !== undefined && { rank: part.rank }),
        bytesDone,
        bytesTotal,
      }),
  });

  return {
    'tensor.values': async (input, call) => {
      const { source, selection } = partOf(input);
      return withSignal(call, (signal) => tensorValues(source, selection, input.limit, looking, signal));
    },
    'tensor.stats': async (input, call) => {
      const { source, selection } = partOf(input);
      return withSignal(call, (signal) => tensorStats(source, selection, told(input, working, signal)));
    },
    'tensor.heatmap': async (input, call) => {
      const { source, selection } = partOf(input);
      return withSignal(call, (signal) => tensorHeatmap(source, selection, input, { pool: looking, signal }));
    },
    'tensor.find': async (input, call) => {
      const { source, selection } = partOf(input);
      const { what, from } = input;
      return withSignal(call, async (signal) => ({
        found: await findValue(source, selection, what, from, told(input, working, signal)),
      }));
    },
    'tensor.save': async (input, call) => {
      const { model, source, selection } = partOf(input);
      const { format, out, overwrite } = input;
      return withSignal(call, (signal) =>
        saveTensor(
          source,
          selection,
          { format, out, overwrite, sources: model.files },
          told(input, working, signal),
        ),
      );
    },
  };
}
