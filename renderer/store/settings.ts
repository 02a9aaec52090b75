import type { SliceContext } from './slice.ts';

/** How the columns of a table were arranged by hand. */
export interface ColumnArrangement {
  readonly sizing: Readonly<Record<string, number>>;
  readonly visibility: Readonly<Record<string, boolean>>;
  readonly order: readonly string[];
}

const NATURAL: ColumnArrangement = { sizing: {}, visibility: {}, order: [] };

/** What a person set up once and wants to find again. */
export interface SettingsSlice {
  readonly columns: ColumnArrangement;
  /** Whether keys without Ctrl or Alt run commands (WCAG 2.1.4: it must be possible to turn them off). */
  readonly plainKeys: boolean;
  setPlainKeys(on: boolean): void;
  arrangeColumns(part: Partial<ColumnArrangement>): void;
  resetColumns(): void;
}

export function settingsSlice({ set, get, memory }: SliceContext): SettingsSlice {
  return {
    plainKeys: memory.read('plainKeys', true),
    setPlainKeys(plainKeys) {
      set({ plainKeys });
      memory.write('plainKeys', plainKeys);
    },
    columns: { ...NATURAL, ...memory.read<Partial<ColumnArrangement>>('columns', {}) },
    arrangeColumns(part) {
      set({ columns: { ...get().columns, ...part } });
      memory.write('columns', get().columns);
    },
    resetColumns() {
      set({ columns: NATURAL });
      memory.write('columns', NATURAL);
    },
  };
}
