import type { CheckpointSummary, Save } from '../../../shared/checkpoint.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { LinkButton } from '../../parts/link-button.tsx';
import { saveWords } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import css from './summary.module.css';

/** Saves shown; a long run has thousands, and the newest matter. */
const NEWEST = 50;

/** The saves of a training run, newest first; another one is opened from here. */
export function Saves({ summary }: { readonly summary: CheckpointSummary }) {
  const open = useApp((state) => state.open);
  const opened = useApp((state) => state.opened);
  const { saves } = summary;
  if (saves.length < 2 || opened === undefined) return null;
  return (
    <section className={css.section}>
      <h2>{t('Saves')}</h2>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col" className={css.whole}>
              {t('Saved at')}
            </th>
            <th scope="col" className={css.number}>
              {t('Ranks')}
            </th>
            <th scope="col">{t('Holds')}</th>
            <th scope="col">
              <span className="for-screen-readers">{t('Open')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {saves
            .slice(-NEWEST)
            .reverse()
            .map((save) => (
              <tr key={save.suffix}>
                <td className={css.whole}>{saveWords(save)}</td>
                <td className={css.number}>{formatCount(save.ranks.length)}</td>
                <td className={save.whole ? css.quiet : css.warn}>{holds(save)}</td>
                <td className={css.number}>
                  {save.suffix === summary.suffix ? (
                    <span className={css.quiet}>{t('open')}</span>
                  ) : (
                    <LinkButton onClick={() => void open({ ...opened, fileSuffix: save.suffix })}>
                      {t('Open')}
                    </LinkButton>
                  )}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

function holds(save: Save): string {
  const what = save.weightsOnly ? t('weights only') : t('weights and optimizer state');
  return save.whole ? what : t('{{what}}, not on every rank', { what });
}
