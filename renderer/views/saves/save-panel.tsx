import { Button } from '@mantine/core';
import { nameOf } from '../../../shared/saves/resume.ts';
import { sinkSize } from '../../../shared/saves/words.ts';
import { capital } from '../../../shared/text/capital.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { translated } from '../../language/translated.ts';
import { Facts } from '../../parts/facts.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { Size } from '../../parts/size.tsx';
import { useApp } from '../../store/app-store.ts';
import css from './saves.module.css';
import { usePickedSave, useSaves } from './use-saves.ts';

/** Damaged files shown; the table that can be copied has all ranks. */
const FIRST_FAULTS = 5;

/** The right panel: the picked save, what it lacks, and what can be done with it. */
export function SavePanel() {
  const save = usePickedSave();
  const { saves, ranks } = useSaves();
  const report = useApp((state) => state.savesReport);
  const checkpoint = useApp((state) => state.checkpoint);
  const opened = useApp((state) => state.opened);
  const open = useApp((state) => state.open);
  const take = useApp((state) => state.useSave);
  if (save === undefined || checkpoint === undefined || opened === undefined) return null;
  const { suffix, missing, damaged } = save;
  const sink = sinkSize(saves);
  const passed = report?.resume.passedOver.find((one) => one.suffix === suffix);
  return (
    <div className={css.panel}>
      <h2>{capital(nameOf(saves, suffix))}</h2>
      {report && (
        <p className={css.verdict}>
          {suffix === report.resume.from
            ? t('Training can resume from here.')
            : save.weightsOnly
              ? t('Weights only: good for inference and fine-tuning, not for resuming.')
              : passed
                ? t('Training cannot resume from here: {{why}}.', { why: translated(passed.why) })
                : t('Older than the save that training can resume from.')}
        </p>
      )}
      <Facts
        rows={[
          [t('Epoch'), save.epoch !== undefined && formatCount(save.epoch)],
          [t('Step'), save.step !== undefined && formatCount(save.step)],
          [
            t('In total'),
            sink !== undefined &&
              save.epoch !== undefined &&
              t('{{steps}} steps: epoch × sink size {{sink}}', {
                steps: formatCount(save.epoch * sink),
                sink: formatCount(sink),
              }),
          ],
          [t('Run'), save.run > 0 && t('started again, number {{run}}', { run: save.run })],
          [
            t('Ranks'),
            missing.length + damaged.length === 0
              ? t('whole on all {{number}}', { number: formatCount(ranks.length) })
              : t('whole on {{part}} of {{whole}}', {
                  part: formatCount(ranks.length - missing.length - damaged.length),
                  whole: formatCount(ranks.length),
                }),
          ],
          [t('Missing'), missing.length > 0 && <span className={css.warn}>{rankList(missing)}</span>],
          [
            t('Damaged'),
            damaged.length > 0 && (
              <span className={css.warn}>{rankList(damaged.map(({ rank }) => rank))}</span>
            ),
          ],
          [t('Bytes'), save.bytes > 0 && <Size key="bytes" bytes={save.bytes} />],
          [
            t('Suffix'),
            <span key="suffix" className={css.mono}>
              {escapeText(suffix)}
            </span>,
          ],
          [
            t('File'),
            save.fileName !== '' && (
              <span key="file" className={css.mono}>
                {escapeText(save.fileName)}
              </span>
            ),
          ],
        ]}
      />
      <div className={css.buttons}>
        {/* The likely next action, to merge what is open, is the filled one of the bar above. */}
        <Button
          variant="default"
          onClick={() => void take(suffix)}
          disabled={!checkpoint.actions.includes('merge')}
        >
          {t('Use this step')}
        </Button>
        {suffix !== checkpoint.suffix && (
          <Button variant="default" onClick={() => void open({ ...opened, fileSuffix: suffix })}>
            {t('Open it')}
          </Button>
        )}
      </div>
      <p className={css.help}>
        {t('Use this step opens it and shows what merging it into one model would write.')}
      </p>
      {damaged.slice(0, FIRST_FAULTS).map(({ rank, fault }) => (
        <FaultNote key={rank} fault={fault} />
      ))}
      {damaged.length > FIRST_FAULTS && (
        <p className={css.help}>
          {t('{{count}} more damaged files.', { count: damaged.length - FIRST_FAULTS })}
        </p>
      )}
    </div>
  );
}
