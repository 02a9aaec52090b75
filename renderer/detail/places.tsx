import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { TensorDetail } from '../../shared/checkpoint.ts';
import { formatCount } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { MiddleText } from '../parts/middle-text.tsx';
import { REACHABLE } from '../parts/reachable.ts';
import { Size } from '../parts/size.tsx';
import { useInStage } from '../parts/stage-button.tsx';
import { TableMenu } from '../parts/table-menu.tsx';
import { useApp } from '../store/app-store.ts';
import css from './detail.module.css';
import { PLACE_COLUMNS, placesOf } from './place-columns.ts';
import { sliceColour } from './slice-colour.ts';

/** Height of one place: two lines. */
const PLACE = 45;

/** Every run of bytes that holds a part of the tensor: rank, file, offset, length. */
export function Places({ detail }: { readonly detail: TensorDetail }) {
  const scroller = useRef<HTMLElement>(null);
  const lit = useApp((state) => state.litSlice);
  const light = useApp((state) => state.lightSlice);
  const inStage = useInStage();
  const places = useMemo(() => placesOf(detail), [detail]);
  const virtualizer = useVirtualizer({
    count: places.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => PLACE,
    overscan: 8,
  });
  return (
    <div className={css.placesBox}>
      <div className={css.placesHead}>
        <TableMenu what={t('places')} name="places" columns={PLACE_COLUMNS} rows={places} />
      </div>
      <section ref={scroller} className={css.places} aria-label={t('Where it lies')} {...REACHABLE}>
        <ul style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const place = places[index];
            if (place === undefined) return null;
            return (
              <li
                key={`${place.rank} ${place.file} ${place.offset}`}
                aria-setsize={places.length}
                aria-posinset={index + 1}
                className={cx(
                  css.place,
                  place.slice === lit && css.placeLit,
                  inStage(place.rank) && css.placeMarked,
                )}
                style={{ transform: `translateY(${start}px)` }}
                onMouseEnter={() => light(place.slice)}
                onMouseLeave={() => light(undefined)}
              >
                <span className={css.swatch} style={{ background: sliceColour(place.slice) }} />
                <span className={css.placeFile}>
                  {place.rank !== undefined && <strong>{t('Rank {{rank}}', { rank: place.rank })}</strong>}
                  <MiddleText text={place.file} className={css.mono} />
                </span>
                <span className={css.placeBytes}>
                  {bytesWords(place)} · <Size bytes={place.byteLength} />
                  {detail.slices.length > 1 &&
                    ` · ${t('slice {{slice}} of {{slices}}', { slice: place.slice + 1, slices: detail.slices.length })}`}
                </span>
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}

/** The first and the last byte in the file; no tensor without elements has a last one. */
function bytesWords({
  offset,
  byteLength,
}: {
  readonly offset: number;
  readonly byteLength: number;
}): string {
  const first = formatCount(offset);
  return byteLength === 0
    ? t('at byte {{offset}}', { offset: first })
    : t('bytes {{first}}–{{last}}', { first, last: formatCount(offset + byteLength - 1) });
}
