import type { Input, Output } from '../../shared/api.ts';
import { asFault, fault, ShardscopeError } from '../../shared/errors.ts';
import type { SliceContext } from './slice.ts';

export const VALUES_TABS = ['grid', 'heatmap', 'statistics'] as const;
export type ValuesTab = (typeof VALUES_TABS)[number];

/** Which part of the tensor is looked at, and how. */
export interface ValuesPlace {
  readonly tab: ValuesTab;
  /** As typed; undefined for what is shown first. */
  readonly slice: string | undefined;
  /** A rank's own slice; undefined for the whole tensor. */
  readonly rank: number | undefined;
}

type ValuesMethod = 'tensor.values' | 'tensor.stats' | 'tensor.heatmap' | 'tensor.find' | 'tensor.save';

/** Values of the tensor that the side panel explains. */
export interface ValuesSlice {
  readonly valuesPlace: ValuesPlace;
  /** How far a long reading of this tensor is. */
  readonly reading: { readonly bytesDone: number; readonly bytesTotal: number } | undefined;
  showValues(place: Partial<ValuesPlace>): void;
  /** Asks the engine about the tensor and rank at hand. Throws its fault. */
  askValues<M extends ValuesMethod>(
    method: M,
    input: Omit<Input<M>, 'checkpoint' | 'name' | 'rank'>,
    signal: AbortSignal,
  ): Promise<Output<M>>;
}

export function valuesSlice({ set, get, client }: SliceContext): ValuesSlice {
  client.listen((event) => {
    const { checkpoint, detailName } = get();
    if (event.type !== 'reading' || event.checkpoint !== checkpoint?.id || event.name !== detailName) return;
    set({ reading: { bytesDone: event.bytesDone, bytesTotal: event.bytesTotal } });
  });

  return {
    valuesPlace: { tab: 'grid', slice: undefined, rank: undefined },
    reading: undefined,
    showValues: (place) => set({ valuesPlace: { ...get().valuesPlace, ...place } }),
    async askValues(method, input, signal) {
      const { checkpoint, detailName: name, valuesPlace } = get();
      if (checkpoint === undefined || name === undefined)
        throw new ShardscopeError(fault('CP_NO_TENSOR', 'no tensor is selected', 'Select one first.'));
      set({ reading: undefined });
      const part = { ...input, checkpoint: checkpoint.id, name, rank: valuesPlace.rank };
      // The rest of the input is the method's own; that the parts make a whole is known to `Omit` only.
      return client.call(method, part as unknown as Input<typeof method>, signal);
    },
  };
}

/** Whether a thrown call was merely given up. */
export function isCancelled(error: unknown): boolean {
  return asFault(error).code === 'CANCELLED';
}
