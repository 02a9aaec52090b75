import type { TensorDetail } from '../../shared/checkpoint.ts';
import { formatBytes, formatCount, formatShape } from '../../shared/text/units.ts';
import { Facts } from '../parts/facts.tsx';
import { sentence } from '../parts/sentence.ts';
import { useApp } from '../store/app-store.ts';
import css from './detail.module.css';
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
            <span key="size" title={`${formatCount(detail.byteLength)} bytes`}>
              {formatBytes(detail.byteLength)} · {formatCount(detail.elements)} parameters
            </span>,
          ],
          ['Role', ROLES[detail.role]],
          ['Cut', detail.cut],
          ['Copies', detail.copies],
          [
            'Layout',
            layout && (
              <span key="layout" className={css.mono}>
                [{layout.deviceMatrix.join(', ')}] · {mapWords(layout.tensorMap)}
                {layout.optShardSize !== 0 &&
                  ` · optimizer shard ${layout.optShardSize === -1 ? 'all' : layout.optShardSize}`}
              </span>
            ),
          ],
        ]}
      />
      {spread && (
        <>
          <h3 className={css.heading}>How it is split</h3>
          <SplitDrawing detail={detail} />
        </>
      )}
      {slice && slice.sentence !== '' && <p className={css.sentence}>{sentence(slice.sentence)}</p>}
    </>
  );
}

/** `[[1], [0]]` as MindSpore writes it, `[1, 0]`; several axes of one dimension keep their brackets. */
function mapWords(map: readonly (readonly number[])[]): string {
  return `[${map.map((axes) => (axes.length === 1 ? minus(axes[0] ?? 0) : `[${axes.map(minus).join(', ')}]`)).join(', ')}]`;
}

function minus(axis: number): string {
  return axis < 0 ? `−${-axis}` : String(axis);
}
