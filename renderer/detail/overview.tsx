import type { TensorDetail } from '../../shared/checkpoint.ts';
import { formatCount, formatShape } from '../../shared/text/units.ts';
import { Facts } from '../parts/facts.tsx';
import { sentence } from '../parts/sentence.ts';
import { Size } from '../parts/size.tsx';
import { useApp } from '../store/app-store.ts';
import css from './detail.module.css';
import { mapNumbers, matrixNumbers } from './layout-numbers.ts';
import { SplitDrawing } from './split-drawing.tsx';

const ROLES = { weight: 'weight', optimizer: 'optimizer state', hyper: 'hyper parameter' };

/** What the tensor is and how it is cut, in numbers, as a drawing and in a sentence. */
export function Overview({ detail }: { readonly detail: TensorDetail }) {
  const lit = useApp((state) => state.litSlice);
  const picked = useApp((state) => state.pickedSlice);
  const slice = detail.slices[lit ?? picked] ?? detail.slices[0];
  const { layout } = detail;
  const spread = detail.slices.length > 1 || (detail.slices[0]?.places.length ?? 0) > 1;
  return (
    <>
      <Facts
        rows={[
          [
            'Shape',
            <span key="shape" className={css.mono}>
              {formatShape(detail.shape)}
            </span>,
          ],
          ['Type', detail.dtype],
          [
            'Size',
            <span key="size">
              <Size bytes={detail.byteLength} /> · {formatCount(detail.elements)} parameters
            </span>,
          ],
          ['Role', ROLES[detail.role]],
          ['Cut', detail.cut],
          ['Copies', detail.copies],
          [
            'Layout',
            layout && (
              <span key="layout" className={css.mono}>
                {matrixNumbers(layout)} · {mapNumbers(layout)}
              </span>
            ),
          ],
        ]}
      />
      {spread && (
        <>
          <h3 className={css.heading}>How it is split</h3>
          <SplitDrawing
            slices={detail.slices.map(({ box, places }) => ({ box, ranks: ranksOf(places) }))}
            elsewhere="They are listed under Where it lies."
          />
        </>
      )}
      {slice && slice.sentence !== '' && <p className={css.sentence}>{sentence(slice.sentence)}</p>}
    </>
  );
}

function ranksOf(places: TensorDetail['slices'][number]['places']): number[] {
  return [...new Set(places.flatMap(({ rank }) => rank ?? []))];
}
