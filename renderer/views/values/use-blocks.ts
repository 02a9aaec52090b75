import { useEffect, useRef, useState } from 'react';
import { asFault, type Fault } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/values/json-values.ts';
import { useAppStore } from '../../store/app-store.ts';
import { isCancelled } from '../../store/values.ts';
import { blockSlice, type Part } from './use-part.ts';

/** Values are fetched in blocks of this size: about what is in sight at once. */
const ROWS = 64;
const COLUMNS = 32;
const MOST_BLOCKS = 128;
/** Scrolling on must not ask for everything on the way. */
const SETTLE_MILLISECONDS = 40;

export interface Sight {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** Values of the cells in sight; undefined while they are on their way. */
export function useBlocks(
  part: Part,
  sight: Sight,
): { valueAt(row: number, column: number): JsonValue | undefined; fault: Fault | undefined } {
  const store = useAppStore();
  const blocks = useRef<{ key: string; known: Map<string, readonly JsonValue[]> }>({
    key: '',
    known: new Map(),
  });
  const [, redraw] = useState(0);
  const [fault, setFault] = useState<Fault>();
  if (blocks.current.key !== part.key) blocks.current = { key: part.key, known: new Map() };
  const needed = blocksIn(sight).filter((id) => !blocks.current.known.has(id));
  const wish = needed.join(' ');

  useEffect(() => {
    const controller = new AbortController();
    const { known } = blocks.current;
    const load = async (id: string) => {
      const [row = 0, column = 0] = id.split(':').map(Number);
      const rows = [row, Math.min(part.rows, row + ROWS)] as const;
      const columns = [column, Math.min(part.columns, column + COLUMNS)] as const;
      const slice = blockSlice(part, rows, columns);
      const { values } = await store
        .getState()
        .askValues('tensor.values', { slice, limit: ROWS * COLUMNS }, controller.signal);
      known.set(id, values);
      for (const oldest of known.keys()) {
        if (known.size <= MOST_BLOCKS) break;
        known.delete(oldest);
      }
      redraw((count) => count + 1);
    };
    const fail = (error: unknown) => {
      if (!controller.signal.aborted && !isCancelled(error)) setFault(asFault(error));
    };
    const timer = setTimeout(
      () => {
        for (const id of wish === '' ? [] : wish.split(' ')) load(id).catch(fail);
      },
      known.size === 0 ? 0 : SETTLE_MILLISECONDS,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [store, part, wish]);

  return {
    fault,
    valueAt(row, column) {
      const top = row - (row % ROWS);
      const left = column - (column % COLUMNS);
      const width = Math.min(part.columns - left, COLUMNS);
      return blocks.current.known.get(`${top}:${left}`)?.[(row - top) * width + column - left];
    },
  };
}

function blocksIn({ rows, columns }: Sight): string[] {
  const ids: string[] = [];
  for (let row = rows[0] - (rows[0] % ROWS); row < rows[1]; row += ROWS)
    for (let column = columns[0] - (columns[0] % COLUMNS); column < columns[1]; column += COLUMNS)
      ids.push(`${row}:${column}`);
  return ids;
}
