import { Trans } from 'react-i18next';
import type { TensorDetail } from '../../../shared/checkpoint.ts';
import { formatCount, formatShape } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { MiddleText } from '../../parts/middle-text.tsx';
import { Size } from '../../parts/size.tsx';
import { useApp } from '../../store/app-store.ts';
import type { Part } from './use-part.ts';
import css from './values.module.css';

/** Name, type, shape, size, and exactly where the bytes lie. */
export function TensorHead({
  name,
  detail,
  part,
}: {
  readonly name: string;
  readonly detail: TensorDetail | undefined;
  readonly part: Part | undefined;
}) {
  const { rank } = useApp((state) => state.valuesPlace);
  const places = (detail?.name === name ? detail.slices : [])
    .flatMap((slice) => slice.places)
    .filter((place) => rank === undefined || place.rank === rank);
  const [place] = places;
  const bytes = rank === undefined ? detail?.byteLength : place?.byteLength;
  return (
    <header className={css.top}>
      <div className={css.name}>
        <h2>
          <MiddleText text={name} tail={40} />
        </h2>
        <CopyButton text={name} label={t('Copy the name')} />
      </div>
      <p className={css.facts}>
        {part && (
          <>
            <span>{part.dtype}</span>
            <span className={css.mono}>{formatShape(part.shape)}</span>
          </>
        )}
        {bytes !== undefined && <Size bytes={bytes} />}
        {place && places.length === 1 && (
          <span className={css.where}>
            <Trans
              i18nKey="bytes {{first}}–{{last}} of <file/>"
              values={{
                first: formatCount(place.offset),
                last: formatCount(place.offset + Math.max(0, place.byteLength - 1)),
              }}
              components={{ file: <MiddleText text={place.file} tail={30} className={css.mono} /> }}
            />
          </span>
        )}
        {places.length > 1 && (
          <span>{t('in {{count}} places, listed under Where it lies', { count: places.length })}</span>
        )}
      </p>
    </header>
  );
}
