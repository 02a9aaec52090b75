import { type CompareRequest, compareOptions } from '../shared/compare/options.ts';
import { SCENARIO_IDS, type ScenarioId } from '../shared/loading/scenarios.ts';
import { TABLE_COLUMNS, type TableColumn } from '../shared/table/page.ts';
import type { RowSort } from '../shared/table/sort-rows.ts';
import { COMPARE_SHOWN, type CompareShown } from './store/compare.ts';
import type { TableAsk } from './store/table.ts';
import { VALUES_TABS, type ValuesTab } from './store/values.ts';

/** The place in the app as the address bar's hash holds it: `#/tensors?path=…&filter=…&tensor=…`. */
export interface Address {
  readonly view: string;
  readonly path?: string;
  readonly strategy?: string;
  readonly save?: string;
  /** The path is a weight file that cannot be read whole, and is looked at all the same. */
  readonly damaged?: true;
  readonly filter: string;
  readonly layout: 'tree' | 'flat';
  readonly sort?: NonNullable<TableAsk['sort']>;
  /** How other tables are sorted, by their names. */
  readonly sorts?: Readonly<Record<string, RowSort>>;
  readonly tensor?: string;
  /** The file that is explained, by its name below the path. */
  readonly file?: string;
  /** The pipeline stage that is chosen. */
  readonly stage?: number;
  /** What of the tensor's values is shown, and how. */
  readonly rank?: number;
  readonly slice?: string;
  readonly values?: ValuesTab;
  /** What the checkpoint is to be loaded for. */
  readonly scenario?: ScenarioId;
  /** What is compared, and which of the tensors are shown. */
  readonly compare?: CompareRequest;
  readonly shown?: CompareShown;
  /** The save that is explained, where it is not the one that is open. */
  readonly picked?: string;
}

export function formatAddress(address: Address): string {
  const query = new URLSearchParams();
  if (address.path !== undefined) query.set('path', address.path);
  if (address.strategy !== undefined) query.set('strategy', address.strategy);
  if (address.save !== undefined) query.set('save', address.save);
  if (address.damaged) query.set('damaged', '1');
  if (address.filter !== '') query.set('filter', address.filter);
  if (address.layout === 'flat') query.set('layout', 'flat');
  if (address.sort) query.set('sort', `${address.sort.descending ? '-' : ''}${address.sort.column}`);
  for (const [table, { heading, descending }] of Object.entries(address.sorts ?? {}))
    query.append('by', `${table}:${descending ? '-' : ''}${heading}`);
  if (address.tensor !== undefined) query.set('tensor', address.tensor);
  if (address.file !== undefined) query.set('file', address.file);
  if (address.stage !== undefined) query.set('stage', String(address.stage));
  if (address.rank !== undefined) query.set('rank', String(address.rank));
  if (address.slice !== undefined) query.set('slice', address.slice);
  if (address.values !== undefined) query.set('values', address.values);
  if (address.scenario !== undefined) query.set('scenario', address.scenario);
  if (address.compare !== undefined) query.set('compare', JSON.stringify(address.compare));
  if (address.shown !== undefined) query.set('shown', address.shown);
  if (address.picked !== undefined) query.set('picked', address.picked);
  const text = query.toString();
  return text === '' ? `#/${address.view}` : `#/${address.view}?${text}`;
}

/** Reads any hash; what it does not know is left out, so a mangled address opens the start. */
export function parseAddress(hash: string): Address {
  const [view = '', search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const optional = (key: string) => query.get(key) ?? undefined;
  const path = optional('path');
  const strategy = optional('strategy');
  const save = optional('save');
  const tensor = optional('tensor');
  const file = optional('file');
  const slice = optional('slice');
  const stage = numeral(optional('stage'));
  const rank = numeral(optional('rank'));
  const values = VALUES_TABS.find((tab) => tab === optional('values'));
  const scenario = SCENARIO_IDS.find((id) => id === optional('scenario'));
  const sort = parseSort(optional('sort'));
  const sorts = parseSorts(query.getAll('by'));
  const compare = parseCompare(optional('compare'));
  const shown = COMPARE_SHOWN.find((one) => one === optional('shown'));
  const picked = optional('picked');
  return {
    view: view === '' ? 'summary' : view,
    filter: optional('filter') ?? '',
    layout: optional('layout') === 'flat' ? 'flat' : 'tree',
    ...(path !== undefined && { path }),
    ...(strategy !== undefined && { strategy }),
    ...(save !== undefined && { save }),
    ...(query.get('damaged') === '1' && { damaged: true }),
    ...(tensor !== undefined && { tensor }),
    ...(file !== undefined && { file }),
    ...(stage !== undefined && { stage }),
    ...(rank !== undefined && { rank }),
    ...(slice !== undefined && { slice }),
    ...(values !== undefined && { values }),
    ...(sort !== undefined && { sort }),
    ...(Object.keys(sorts).length > 0 && { sorts }),
    ...(scenario !== undefined && { scenario }),
    ...(compare !== undefined && { compare }),
    ...(shown !== undefined && { shown }),
    ...(picked !== undefined && { picked }),
  };
}

function numeral(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}

function parseCompare(text: string | undefined): CompareRequest | undefined {
  if (text === undefined) return undefined;
  try {
    const request: unknown = JSON.parse(text);
    return compareOptions.safeParse(request).success ? (request as CompareRequest) : undefined;
  } catch {
    return undefined;
  }
}

function parseSort(text: string | undefined): Address['sort'] {
  if (text === undefined) return undefined;
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  const column = TABLE_COLUMNS.find((known): known is TableColumn => known === name);
  return column && { column, descending };
}

/** `parameters:-Saved`: the table, then the heading that it is sorted by. */
function parseSorts(texts: readonly string[]): Readonly<Record<string, RowSort>> {
  return Object.fromEntries(
    texts.flatMap((text) => {
      const [, table, sign, heading] = /^([^:]+):(-?)(.+)$/s.exec(text) ?? [];
      if (table === undefined || heading === undefined) return [];
      return [[table, { heading, descending: sign === '-' }]];
    }),
  );
}
