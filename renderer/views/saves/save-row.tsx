import { memo, type ReactNode } from 'react';
import type { RankMeta } from '../../../shared/saves/report.ts';
import { cx } from '../../parts/cx.ts';
import css from './matrix.module.css';
import { metaWords } from './meta-words.ts';

interface SaveRowProps {
  readonly rank: number;
  readonly index: number;
  readonly top: number;
  readonly meta: RankMeta | undefined;
  /** What the meta.json of most ranks says: another one stands out. */
  /** What most ranks' say; undefined as long as none was read. */
  readonly usual: string | undefined;
  /** The rank is of the chosen stage. */
  readonly marked: boolean;
  readonly onPress: (index: number) => void;
  /** Cells as elements, in the cursor's row; the picture has all. */
  readonly children?: ReactNode;
}

/** A rank and what its meta.json says, before the picture of its files. */
export const SaveRow = memo(function SaveRow({
  rank,
  index,
  top,
  meta,
  usual,
  marked,
  onPress,
  children,
}: SaveRowProps) {
  const words = usual === undefined ? '' : metaWords(meta);
  const press = { onMouseDown: () => onPress(index) };
  return (
    <tr aria-rowindex={index + 2} className={css.row} style={{ transform: `translateY(${top}px)` }}>
      <th scope="row" aria-colindex={1} className={cx(css.rank, marked && css.marked)} {...press}>
        {rank}
      </th>
      <td
        aria-colindex={2}
        className={cx(css.meta, (words !== (usual ?? '') || meta?.wrong !== undefined) && css.warn)}
        title={meta?.wrong === undefined ? meta?.file : `meta.json ${meta.wrong}`}
        {...press}
      >
        {words}
      </td>
      {children}
    </tr>
  );
});
