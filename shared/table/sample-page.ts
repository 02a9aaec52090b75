import type { TableRow } from '../checkpoint.ts';
import type { Model } from '../model.ts';
import type { TablePage } from './page.ts';
import { type TableRequest, tablePage } from './table.ts';

/** For tests: all of the tree, if nothing else is asked. */
export function request(given: Partial<TableRequest> = {}): TableRequest {
  return { filter: '', view: 'tree', toggled: [], ...given };
}

export function page(model: Model, given: Partial<TableRequest> = {}, offset = 0, limit = 1000): TablePage {
  return tablePage(model, request(given), offset, limit);
}

/** Rows as a drawing: two spaces a level, groups with their sign and count. */
export function drawn(rows: readonly TableRow[]): string[] {
  return rows.map((row) => {
    const text = row.type === 'group' ? `${row.expanded ? '-' : '+'} ${row.label} (${row.count})` : row.label;
    return `${'  '.repeat(row.depth)}${text}`;
  });
}
