import type { TensorDetail } from '../../shared/checkpoint.ts';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { SliceContext } from './slice.ts';

/** Holding an arrow key down must not ask for every tensor on the way. */
const SETTLE_MILLISECONDS = 60;

/** The tensor that the side panel explains. */
export interface DetailSlice {
  readonly detailName: string | undefined;
  /** Of `detailName`, or still of the tensor before it while the new one is on its way. */
  readonly detail: TensorDetail | undefined;
  readonly detailFault: Fault | undefined;
  /**
   * Slice under the pointer, by its place among the slices of the tensor that is explained: lit everywhere it is
   * drawn, in every view.
   */
  readonly litSlice: number | undefined;
  /** The rank under the pointer, where a rank's cell is what lights the slice. */
  readonly litRank: number | undefined;
  /** Slice whose sentence is shown. */
  readonly pickedSlice: number;
  showDetail(name: string | undefined): void;
  lightSlice(slice: number | undefined, rank?: number): void;
  pickSlice(slice: number): void;
}

export function detailSlice({ set, get, client }: SliceContext): DetailSlice {
  let call = new AbortController();
  let settle: ReturnType<typeof setTimeout> | undefined;

  async function load(checkpoint: string, name: string): Promise<void> {
    const mine = call;
    try {
      const detail = await client.call('tensor.detail', { checkpoint, name }, mine.signal);
      if (mine === call) set({ detail, detailFault: undefined });
    } catch (error) {
      if (mine === call) set({ detail: undefined, detailFault: asFault(error) });
    }
  }

  return {
    detailName: undefined,
    detail: undefined,
    detailFault: undefined,
    litSlice: undefined,
    litRank: undefined,
    pickedSlice: 0,
    showDetail(name) {
      call.abort();
      call = new AbortController();
      clearTimeout(settle);
      const { checkpoint } = get();
      // A slice or rank of one tensor means nothing in another; of the same one, opened again, it stays.
      if (name !== get().detailName) {
        get().showValues({ slice: undefined, rank: undefined });
        set({ pickedSlice: 0, litSlice: undefined, litRank: undefined });
      }
      if (name === undefined || checkpoint === undefined) {
        set({ detailName: undefined, detail: undefined, detailFault: undefined });
        return;
      }
      set({ detailName: name, detailFault: undefined });
      // A strategy alone has parameters, but no tensors to ask for.
      if (checkpoint.kind === 'strategy') return;
      settle = setTimeout(() => void load(checkpoint.id, name), get().detail ? SETTLE_MILLISECONDS : 0);
    },
    lightSlice: (litSlice, litRank) => set({ litSlice, litRank }),
    pickSlice: (pickedSlice) => set({ pickedSlice }),
  };
}
