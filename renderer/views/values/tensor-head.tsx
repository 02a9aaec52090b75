import type { TensorDetail } from '../../../shared/checkpoint.ts';
import { formatCount, formatShape } from '../../../shared/text/units.ts';
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
        <CopyButton text={name} label="Copy the name" />
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
            bytes {formatCount(place.offset)}–{formatCount(place.offset + Math.max(0, place.byteLength - 1))}{' '}
            of <MiddleText text={place.file} tail={30} className={css.mono} />
          </span>
        )}
        {places.length > 1 && <span>in {formatCount(places.length)} places, listed under Where it lies</span>}
      </p>
    </header>
  );
}
