import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { FileSummary } from '../../../shared/checkpoint.ts';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { cx } from '../../parts/cx.ts';
import { MiddleText } from '../../parts/middle-text.tsx';
import { REACHABLE } from '../../parts/reachable.ts';
import { counted } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import type { View } from '../view.ts';
import css from './files.module.css';

const ROW = 27;
const KINDS: Readonly<Record<FileSummary['kind'], string>> = {
  weights: 'weights',
  hyper: 'hyper parameters',
  index: 'index',
  strategy: 'strategy',
  meta: 'save record',
  config: 'configuration',
  report: 'report of the job',
  other: 'other',
};

function FilesView() {
  const list = useApp((state) => state.checkpoint?.files);
  const scroller = useRef<HTMLTableElement>(null);
  const virtualizer = useVirtualizer({
    count: list?.length ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  if (list === undefined) return null;
  const bytes = list.reduce((sum, file) => sum + file.size, 0);
  return (
    <div className={css.view}>
      <div className={css.top}>
        <h2>
          {counted(list.length, 'file')}, {formatBytes(bytes)}
        </h2>
        <p>Everything the checkpoint is made of, also what was not read.</p>
      </div>
      <table
        ref={scroller}
        className={css.scroller}
        aria-label="Files"
        aria-rowcount={list.length + 1}
        {...REACHABLE}
      >
        <thead className={css.head}>
          <tr aria-rowindex={1} className={css.row}>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col" className={css.end}>
              Rank
            </th>
            <th scope="col" className={css.end}>
              Tensors
            </th>
            <th scope="col" className={css.end}>
              Header
            </th>
            <th scope="col" className={css.end}>
              Size
            </th>
          </tr>
        </thead>
        <tbody className={css.canvas} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const file = list[index];
            return file && <FileRow key={file.path} file={file} index={index} top={start} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

function FileRow({
  file,
  index,
  top,
}: {
  readonly file: FileSummary;
  readonly index: number;
  readonly top: number;
}) {
  return (
    <tr
      aria-rowindex={index + 2}
      className={cx(css.row, css.body)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <th scope="row" className={css.name}>
        <MiddleText text={file.name} tail={34} />
      </th>
      <td className={css.quiet}>{KINDS[file.kind]}</td>
      <td className={css.end}>{file.rank ?? ''}</td>
      <td className={css.end}>{file.tensorCount === undefined ? '' : formatCount(file.tensorCount)}</td>
      <td className={cx(css.end, css.quiet)}>{file.headerLength ? formatBytes(file.headerLength) : ''}</td>
      <td className={css.end} title={`${formatCount(file.size)} bytes`}>
        {formatBytes(file.size)}
      </td>
    </tr>
  );
}

export const files: View = {
  id: 'files',
  label: 'Files',
  key: 'f',
  Main: FilesView,
  count: (summary) => formatCount(summary.files.length),
};
