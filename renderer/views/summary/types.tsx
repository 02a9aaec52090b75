import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { Size } from '../../parts/size.tsx';
import { share } from '../../parts/words.ts';
import css from './summary.module.css';

/** Types with their share of the bytes. */
export function Types({ summary }: { readonly summary: CheckpointSummary }) {
  const rows = [...summary.dtypes].sort((a, b) => b.bytes - a.bytes);
  if (rows.length === 0) return null;
  const all = rows.reduce((sum, row) => sum + row.bytes, 0);
  const most = rows[0]?.bytes ?? 1;
  return (
    <section className={css.section}>
      <h2>{t('Types')}</h2>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t('Type')}</th>
            <th scope="col" className={css.number}>
              {t('Tensors')}
            </th>
            <th scope="col" className={css.number}>
              {t('Size')}
            </th>
            <th scope="col" className={cx(css.bar)}>
              {t('Share')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.dtype}>
              <td>{row.dtype}</td>
              <td className={css.number}>{formatCount(row.tensors)}</td>
              <td className={css.number}>
                <Size bytes={row.bytes} />
              </td>
              <td className={css.bar} title={share(row.bytes, all)}>
                <span style={{ width: `${(100 * row.bytes) / Math.max(1, most)}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
