import type { SavesReport } from '../../../shared/saves/report.ts';
import {
  automaticSentence,
  resumeSentence,
  runsSentence,
  stepsSentence,
} from '../../../shared/saves/words.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { translated } from '../../language/translated.ts';
import { Coming } from '../../parts/coming.tsx';
import { cx } from '../../parts/cx.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { FillingView } from '../../parts/filling-view.tsx';
import { TableMenu } from '../../parts/table-menu.tsx';
import { ViewHead } from '../../parts/view-head.tsx';
import { useApp } from '../../store/app-store.ts';
import type { View } from '../view.ts';
import { saveColumns } from './columns.ts';
import { SaveMatrix } from './save-matrix.tsx';
import { SavePanel } from './save-panel.tsx';
import css from './saves.module.css';
import { useLoadedSaves, useSaves } from './use-saves.ts';

function SavesView() {
  useLoadedSaves();
  const path = useApp((state) => state.checkpoint?.path);
  const report = useApp((state) => state.savesReport);
  const fault = useApp((state) => state.savesFault);
  const { saves, ranks } = useSaves();
  const known = report !== undefined && report.path === path ? report : undefined;
  const remarks = known ? [automaticSentence(known), stepsSentence(known), runsSentence(known)] : [];
  return (
    <FillingView>
      <div className={css.top}>
        <ViewHead
          className={css.words}
          title={
            <span className={cx(known && known.resume.from !== known.resume.newest && css.warn)}>
              {known ? resumeSentence(inWords(known)) : t('{{count}} saves', { count: saves.length })}
            </span>
          }
        >
          {!known && !fault && <Coming>{t('Reading the headers of all saves…')}</Coming>}
          {remarks.map((remark) => remark !== undefined && <p key={remark}>{remark}</p>)}
        </ViewHead>
        {known && (
          <TableMenu what={t('saves')} name="saves" columns={saveColumns(known)} rows={known.saves} />
        )}
      </div>
      {fault && (
        <div className={css.fault}>
          <FaultNote fault={fault} alert />
        </div>
      )}
      <SaveMatrix saves={saves} ranks={ranks} metas={known?.metas} from={known?.resume.from} />
    </FillingView>
  );
}

/** The reasons that the engine gives, in the window's language. */
function inWords(report: SavesReport): SavesReport {
  const passedOver = report.resume.passedOver.map((one) => ({ ...one, why: translated(one.why) }));
  return { ...report, resume: { ...report.resume, passedOver } };
}

export const saves: View = {
  id: 'saves',
  get label() {
    return t('Training saves');
  },
  key: 'a',
  Main: SavesView,
  Side: SavePanel,
  count: (summary) => formatCount(summary.saves.length),
  shown: ({ saves: all }) => all.some(({ step }) => step !== undefined),
};
