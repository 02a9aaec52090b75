import { useApp } from '../../store/app-store.ts';
import css from './compare.module.css';
import { ComparedTensorNote, CountFacts } from './comparison-panel.tsx';
import { titleOf } from './status.ts';
import { useComparison } from './use-comparison.ts';

/** The tensor that the cursor of the comparison's table is on; the counts before there is one. */
export function CompareSide() {
  const { comparison } = useComparison();
  const tensor = useApp((state) => state.comparedAt(state.comparedCursor));
  if (comparison === undefined) return null;
  if (tensor)
    return (
      <div className={css.panel}>
        <ComparedTensorNote tensor={tensor} />
      </div>
    );
  return (
    <div className={css.panel}>
      <h2>{titleOf(comparison)}</h2>
      <CountFacts comparison={comparison} />
    </div>
  );
}
