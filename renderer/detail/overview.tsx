import type { TensorDetail } from '../../shared/checkpoint.ts';
import { formatShape } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { translated } from '../language/translated.ts';
import { Facts } from '../parts/facts.tsx';
import { sentence } from '../parts/sentence.ts';
import { Size } from '../parts/size.tsx';
import { roleWords } from '../parts/words.ts';
import { useApp } from '../store/app-store.ts';
import css from './detail.module.css';
import { mapNumbers, matrixNumbers } from './layout-numbers.ts';
import { SplitDrawing } from './split-drawing.tsx';

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
            t('Shape'),
            <span key="shape" className={css.mono}>
              {formatShape(detail.shape)}
            </span>,
          ],
          [t('Type'), detail.dtype],
          [
            t('Size'),
            <span key="size">
              <Size bytes={detail.byteLength} /> · {t('{{count}} parameters', { count: detail.elements })}
            </span>,
          ],
          [t('Role'), roleWords(detail.role)],
          [t('Cut'), translated(detail.cut)],
          [t('Copies'), translated(detail.copies)],
          [
            t('Layout'),
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
          <h3 className={css.heading}>{t('How it is split')}</h3>
          <SplitDrawing
            slices={detail.slices.map(({ box, places }) => ({ box, ranks: ranksOf(places) }))}
            elsewhere={t('They are listed under Where it lies.')}
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
