import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { FileList, ListedFile } from '../../../shared/files.ts';
import { sortedRows } from '../../../shared/table/sort-rows.ts';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { Coming } from '../../parts/coming.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { FillingView } from '../../parts/filling-view.tsx';
import { Sizes } from '../../parts/size.tsx';
import { TableMenu } from '../../parts/table-menu.tsx';
import { ViewHead } from '../../parts/view-head.tsx';
import { useApp } from '../../store/app-store.ts';
import { DataTable } from '../../table/data-table.tsx';
import { useRowSelection } from '../../table/use-row-selection.ts';
import { FILTER_FIELD } from '../tensors/filter-field.tsx';
import type { View } from '../view.ts';
import { fileColumns, kindWords } from './columns.tsx';
import { FileContent } from './file-content.tsx';
import { FilePanel } from './file-panel.tsx';
import css from './files.module.css';
import { useFiles, useLoadedFiles, usePickedFile } from './use-files.ts';

/** Every file with what it is, and what the chosen one says. */
function FilesView() {
  useLoadedFiles();
  const list = useFiles();
  const fault = useApp((state) => state.fileListFault);
  const checkpoint = useApp((state) => state.checkpoint?.id);
  const picked = usePickedFile();
  return (
    <FillingView className={css.view}>
      {fault && (
        <div className={css.note}>
          <FaultNote fault={fault} alert />
        </div>
      )}
      {list && <FilesTable list={list} />}
      {!list && !fault && <Coming className={css.waiting} />}
      {picked && <FileContent key={`${checkpoint} ${picked.path}`} file={picked} />}
    </FillingView>
  );
}

function FilesTable({ list }: { readonly list: FileList }) {
  const picked = usePickedFile();
  const pick = useApp((state) => state.pickFile);
  const [text, setText] = useState('');
  const sort = useApp((state) => state.sorts.files);
  const sortTable = useApp((state) => state.sortTable);
  const wanted = useDeferredValue(text);
  const columns = useMemo(() => fileColumns(list.files), [list]);
  const matching = useMemo(
    () => list.files.filter((file) => matches(file, wanted.trim().toLowerCase())),
    [list, wanted],
  );
  const rows = useMemo(() => sortedRows(columns, matching, sort), [columns, matching, sort]);
  const selection = useRowSelection({
    rows,
    keyOf: pathOf,
    picked: picked?.path,
    onPick: ({ name }) => pick(name),
  });
  const bytes = matching.reduce((sum, { size }) => sum + size, 0);
  return (
    <>
      <Head list={list} />
      <div className={css.bar}>
        <TextInput
          name={FILTER_FIELD}
          className={css.filter ?? ''}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setText('')}
          aria-label={t('Filter files')}
          placeholder={t('Filter: name or kind')}
          spellCheck={false}
          autoComplete="off"
          leftSection={<IconSearch size={14} stroke={1.6} aria-hidden />}
          rightSection={
            text !== '' && (
              <CloseButton size={24} aria-label={t('Clear the filter')} onClick={() => setText('')} />
            )
          }
        />
        <TableMenu
          what={t('files')}
          name="files"
          columns={columns}
          rows={rows}
          selected={selection.several}
        />
        <span className={css.count} role="status">
          {matching.length < list.files.length && (
            <Sizes
              text={t('{{part}} of {{whole}} files, {{bytes}}', {
                part: formatCount(matching.length),
                whole: formatCount(list.files.length),
                bytes: formatBytes(bytes),
              })}
              bytes={[bytes]}
            />
          )}
        </span>
      </div>
      {rows.length === 0 ? (
        <p className={css.none}>
          {list.files.length === 0 ? t('There are no files.') : t('None of the files matches the filter.')}
        </p>
      ) : (
        <DataTable
          label={t('Files')}
          columns={columns}
          rows={rows}
          keyOf={pathOf}
          selection={selection}
          sort={sort}
          onSort={(next) => sortTable('files', next)}
          maxHeight="max(136px, 38%)"
          narrowest={520}
        />
      )}
    </>
  );
}

const pathOf = ({ path }: ListedFile) => path;

function matches(file: ListedFile, wanted: string): boolean {
  return (
    wanted === '' ||
    file.name.toLowerCase().includes(wanted) ||
    kindWords(file).toLowerCase().includes(wanted)
  );
}

/** "9 files, 1.2 GiB", and how many more there are. */
function Head({ list: { files, truncated } }: { readonly list: FileList }) {
  const own = files.filter((file) => file.belongs);
  const others = files.length - own.length;
  const bytes = own.reduce((sum, { size }) => sum + size, 0);
  return (
    <ViewHead
      className={css.top}
      title={
        <Sizes
          text={t('{{count}} files, {{bytes}}', { count: own.length, bytes: formatBytes(bytes) })}
          bytes={[bytes]}
        />
      }
    >
      <p>
        {others === 0
          ? t('Everything the checkpoint is made of.')
          : t('Read for the checkpoint. {{count}} more lie in its folder.', { count: others })}
        {truncated &&
          ` ${t('There are more still: only the first {{most}} are listed.', { most: formatCount(files.length) })}`}
      </p>
    </ViewHead>
  );
}

export const files: View = {
  id: 'files',
  get label() {
    return t('Files');
  },
  key: 'f',
  Main: FilesView,
  Side: FilePanel,
  count: (summary) => formatCount(summary.files.length),
};
