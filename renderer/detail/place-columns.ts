import type { TensorDetail } from '../../shared/checkpoint.ts';
import type { TextColumn } from '../../shared/table/text.ts';

type Slice = TensorDetail['slices'][number];

/** Where a part of a tensor lies: a run of bytes in a file, and its box in the tensor. */
export type Place = Slice['places'][number] & { readonly slice: number; readonly box: Slice['box'] };

/** By rank, then as the slices follow each other. */
export function placesOf(detail: TensorDetail): readonly Place[] {
  return detail.slices
    .flatMap(({ places, box }, slice) => places.map((place) => ({ ...place, slice, box })))
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
}

/** What a script needs to read the bytes itself. */
export const PLACE_COLUMNS: readonly TextColumn<Place>[] = [
  { heading: 'rank', value: ({ rank }) => rank },
  { heading: 'file', value: ({ file }) => file },
  { heading: 'offset', value: ({ offset }) => offset },
  { heading: 'bytes', key: 'byteLength', value: ({ byteLength }) => byteLength },
  { heading: 'slice', value: ({ slice }) => slice },
  { heading: 'start', value: ({ box }) => box?.start },
  { heading: 'extent', value: ({ box }) => box?.extent },
];
