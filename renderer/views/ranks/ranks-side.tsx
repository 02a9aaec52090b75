import { DetailPanel } from '../../detail/detail-panel.tsx';
import { useApp } from '../../store/app-store.ts';
import { ComparisonPanel } from '../compare/comparison-panel.tsx';
import css from './ranks.module.css';

/** The comparison of two ranks, when there is one, and the tensor under the cursor. */
export function RanksSide() {
  const compared = useApp((state) => state.comparing !== undefined);
  return (
    <div className={css.side}>
      {compared && (
        <div className={css.compared}>
          <ComparisonPanel />
        </div>
      )}
      <div className={css.rest}>
        <DetailPanel />
      </div>
    </div>
  );
}
