import {
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  tableFeatures,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';
import type { TensorRow } from '../../shared/checkpoint.ts';
import { TABLE_COLUMNS, type TableColumn } from '../../shared/table/page.ts';
import { formatCount, formatShape } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { MiddleText } from '../parts/middle-text.tsx';
import { Size } from '../parts/size.tsx';
import css from './cell.module.css';

export const features = tableFeatures({
  columnSizingFeature,
  columnResizingFeature,
  columnVisibilityFeature,
  columnOrderingFeature,
});

const helper = createColumnHelper<typeof features, TensorRow>();

/** How a column's cells look; the first column is drawn by the row itself. */
export interface CellStyle {
  readonly end?: boolean;
  readonly render: (row: TensorRow) => ReactNode;
}

export const CELLS: Readonly<Record<string, CellStyle>> = {
  dtype: { render: (row) => row.dtype },
  shape: { render: (row) => <span className={css.mono}>{formatShape(row.shape)}</span> },
  size: {
    end: true,
    render: (row) => <Size bytes={row.byteLength} />,
  },
  held: { end: true, render: heldWords },
  elements: { end: true, render: (row) => formatCount(row.elements) },
  role: { render: (row) => row.role },
  file: { render: (row) => <MiddleText className={css.mono} text={row.file} /> },
};

/** Wide enough for `BF16`; `F8_E4M3FNUZ` needs more, and reads as `F8_E5M2FNUZ` where it is cut off. */
const dtypeWidth = (letters: number) => Math.max(66, 20 + 9 * letters);

/** The columns, where no type's name is longer than `dtypeLetters`. */
export const columnsFor = (dtypeLetters: number) =>
  helper.columns([
    helper.accessor('name', { id: 'name', size: 176, minSize: 120, enableHiding: false }),
    helper.accessor('dtype', { id: 'dtype', size: dtypeWidth(dtypeLetters), minSize: 50 }),
    helper.accessor('shape', { id: 'shape', size: 118, minSize: 70 }),
    helper.accessor('byteLength', { id: 'size', size: 84, minSize: 60 }),
    helper.accessor('slices', { id: 'held', size: 102, minSize: 60 }),
    helper.accessor('elements', { id: 'elements', size: 112, minSize: 60 }),
    helper.accessor('role', { id: 'role', size: 84, minSize: 50 }),
    helper.accessor('file', { id: 'file', size: 240, minSize: 80 }),
  ]);

/** What a column is called in its header and in the menu of columns. */
export function columnLabel(id: string): string {
  switch (id) {
    case 'dtype':
      return t('Type');
    case 'shape':
      return t('Shape, whole');
    case 'size':
      return t('Size');
    case 'held':
      return t('Held as');
    case 'elements':
      return t('Parameters');
    case 'role':
      return t('Role');
    case 'file':
      return t('File');
    default:
      return t('Name');
  }
}

export const COLUMN_IDS = ['name', 'dtype', 'shape', 'size', 'held', 'elements', 'role', 'file'];

/** Columns that wait in the menu until somebody wants them. */
export const HIDDEN_AT_FIRST = { elements: false, role: false, file: false };

export function sortColumnOf(id: string): TableColumn | undefined {
  return TABLE_COLUMNS.find((column) => column === id);
}

/** "4 slices × 2": distinct parts, and how many ranks hold each; "whole × 8" for what is not cut. */
export function heldWords({ slices, copies }: Pick<TensorRow, 'slices' | 'copies'>): string {
  const part = slices === 1 ? t('whole') : t('{{count}} slices', { count: slices });
  return copies > 1 ? `${part} × ${formatCount(copies)}` : part;
}
