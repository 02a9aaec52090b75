import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { FileDetail, ListedFile } from '../../../shared/files.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { Coming } from '../../parts/coming.tsx';
import { useApp } from '../../store/app-store.ts';
import css from './files.module.css';
import { HeaderTree } from './header-tree.tsx';
import { HexView } from './hex-view.tsx';
import { useFileDetail, useLoadedDetail } from './use-files.ts';

/** What the file says: its header as a tree, or its bytes, which every file has. */
export function FileContent({ file }: { readonly file: ListedFile }) {
  useLoadedDetail(file.path);
  const detail = useFileDetail(file.path);
  const fault = useApp((state) => state.fileDetailFault);
  return (
    <section className={css.content} aria-label={t('Content of the file')}>
      {detail ? <Content detail={detail} /> : !fault && <Coming className={css.waiting} />}
    </section>
  );
}

type Shown = 'header' | 'bytes';

function Content({ detail }: { readonly detail: FileDetail }) {
  // Where a fault is of the file as a whole, there is no byte to point at.
  const { header, fault, faultAt = 0, size } = detail;
  // Where something is wrong, the place comes first.
  const [shown, setShown] = useState<Shown>(header && fault === undefined ? 'header' : 'bytes');
  const choice = header ? (
    <SegmentedControl
      aria-label={t('Shown of the file')}
      size="xs"
      value={shown}
      data={[
        { value: 'header', label: t('Header') },
        { value: 'bytes', label: t('Bytes') },
      ]}
      onChange={(value) => setShown(value === 'header' ? 'header' : 'bytes')}
    />
  ) : (
    <h3>{t('Bytes')}</h3>
  );
  if (shown === 'header') return <HeaderTree path={detail.path}>{choice}</HeaderTree>;
  return (
    <HexView path={detail.path} size={size} mark={faultAt > 0 ? faultAt : undefined}>
      {choice}
      {faultAt > 0 && (
        <span className={css.quiet}>{t('The fault shows at byte {{at}}', { at: formatCount(faultAt) })}</span>
      )}
    </HexView>
  );
}
