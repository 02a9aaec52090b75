import { formatBytes } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { Size, Sizes } from '../parts/size.tsx';
import { share } from '../parts/words.ts';
import css from './saving.module.css';

interface SavingProps {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Bytes of tensors on all ranks before and after, as two bars: what removing redundancy saves, or restoring costs. */
export function Saving({ bytesBefore, bytesAfter }: SavingProps) {
  const most = Math.max(1, bytesBefore, bytesAfter);
  return (
    <dl className={css.saving}>
      {(
        [
          [t('Before'), bytesBefore, ''],
          [t('After'), bytesAfter, change(bytesBefore, bytesAfter)],
        ] as const
      ).map(([when, bytes, remark]) => (
        <div key={when}>
          <dt>{when}</dt>
          <dd>
            <span className={css.track} aria-hidden>
              <span className={css.bar} style={{ width: `${(100 * bytes) / most}%` }} />
            </span>
            <span>
              <Size bytes={bytes} />
              {remark && (
                <>
                  ,{' '}
                  <strong>
                    <Sizes text={remark} bytes={[Math.abs(bytesBefore - bytesAfter)]} />
                  </strong>
                </>
              )}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** "101.8 KiB (53 %) saved". */
function change(before: number, after: number): string {
  if (after === before) return t('as much as before');
  const bytes = Math.abs(before - after);
  const change = { size: formatBytes(bytes), share: share(bytes, before) };
  return after < before ? t('{{size}} ({{share}}) saved', change) : t('{{size}} ({{share}}) more', change);
}
