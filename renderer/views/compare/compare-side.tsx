import { isSettled } from '../../../shared/jobs.ts';
import { Nothing } from '../../detail/nothing.tsx';
import { t } from '../../language/t.ts';
import { useApp } from '../../store/app-store.ts';
import css from './compare.module.css';
import { ComparedTensorNote, CountFacts } from './comparison-panel.tsx';
import { titleOf } from './status.ts';
import { useComparison } from './use-comparison.ts';

/** The tensor that the cursor of the comparison's table is on; the counts before there is one. */
export function CompareSide() {
  const { job, comparison } = useComparison();
  const tensor = useApp((state) => state.comparedAt(state.comparedCursor));
  if (comparison === undefined)
    return (
      <Nothing>
        {job !== undefined && isSettled(job)
          ? t('Nothing was compared.')
          : t('Select a tensor of the result to see where it differs, and by how much.')}
      </Nothing>
    );
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
