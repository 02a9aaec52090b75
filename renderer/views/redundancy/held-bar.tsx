import type { RedundancyReport } from '../../../shared/redundancy-report.ts';
import { t } from '../../language/t.ts';
import { Size } from '../../parts/size.tsx';
import css from './redundancy.module.css';

/** Everything held as one bar: what is needed, and the copies. */
export function HeldBar({ report }: { readonly report: RedundancyReport }) {
  const { heldBytes, neededBytes, savedBytes } = report;
  return (
    <div className={css.held}>
      <div className={css.whole} aria-hidden>
        <span className={css.needed} style={{ flexGrow: neededBytes }} />
        <span className={css.saved} style={{ flexGrow: savedBytes }} />
      </div>
      <dl className={css.figures}>
        <Figure name={t('Held')} bytes={heldBytes} what={t('in the files of all ranks')} />
        <Figure name={t('Needed')} bytes={neededBytes} what={t('one copy of each slice')} colour="needed" />
        <Figure
          name={t('Saved by removing copies')}
          bytes={savedBytes}
          what={t('held again elsewhere')}
          colour="saved"
        />
      </dl>
    </div>
  );
}

interface FigureProps {
  readonly name: string;
  readonly bytes: number;
  readonly what: string;
  readonly colour?: 'needed' | 'saved';
}

function Figure({ name, bytes, what, colour }: FigureProps) {
  return (
    <div>
      <dt>
        {colour && <span className={css[colour]} aria-hidden />}
        {name}
      </dt>
      <dd>
        <strong>
          <Size bytes={bytes} />
        </strong>{' '}
        {what}
      </dd>
    </div>
  );
}
