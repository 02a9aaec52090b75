import { knownLanguage, type Language } from '../../shared/text/language.ts';
import { speak } from '../language/t.ts';
import type { WorkspaceContext } from './workspace.ts';

/** How the columns of a table were arranged by hand. */
export interface ColumnArrangement {
  readonly sizing: Readonly<Record<string, number>>;
  readonly visibility: Readonly<Record<string, boolean>>;
  readonly order: readonly string[];
}

const NATURAL: ColumnArrangement = { sizing: {}, visibility: {}, order: [] };

/** What the settings dialog offers. */
export interface Preferences {
  readonly language: 'system' | Language;
  readonly theme: 'system' | 'light' | 'dark' | 'contrast';
  readonly motion: 'system' | 'reduced';
  /** Whether keys without Ctrl or Alt run commands (WCAG 2.1.4: it must be possible to turn them off). */
  readonly plainKeys: boolean;
  /** How jobs begin; the dialog of each can say otherwise. */
  readonly verify: boolean;
  readonly threads: number | undefined;
  readonly memoryBytes: number | undefined;
}

const DEFAULTS: Preferences = {
  language: 'system',
  theme: 'system',
  motion: 'system',
  plainKeys: true,
  verify: true,
  threads: undefined,
  memoryBytes: undefined,
};

/** What a person set up once and wants to find again. */
export interface SettingsSlice {
  readonly columns: ColumnArrangement;
  readonly preferences: Preferences;
  readonly settingsShown: boolean;
  arrangeColumns(part: Partial<ColumnArrangement>): void;
  resetColumns(): void;
  prefer(part: Partial<Preferences>): void;
  /** Takes over what another window has chosen. */
  rereadPreferences(): void;
  showSettings(shown: boolean): void;
}

export function settingsSlice({ set, get, memory }: WorkspaceContext): SettingsSlice {
  const remembered = (): Preferences => ({
    ...DEFAULTS,
    ...memory.read<Partial<Preferences>>('preferences', {}),
  });
  const take = (preferences: Preferences) => {
    // Before anything renders with the new setting.
    speak(languageOf(preferences));
    set({ preferences });
  };
  const preferences = remembered();
  speak(languageOf(preferences));
  return {
    columns: { ...NATURAL, ...memory.read<Partial<ColumnArrangement>>('columns', {}) },
    preferences,
    settingsShown: false,
    arrangeColumns(part) {
      set({ columns: { ...get().columns, ...part } });
      memory.write('columns', get().columns);
    },
    resetColumns() {
      set({ columns: NATURAL });
      memory.write('columns', NATURAL);
    },
    prefer(part) {
      take({ ...get().preferences, ...part });
      memory.write('preferences', get().preferences);
    },
    rereadPreferences: () => take(remembered()),
    showSettings: (settingsShown) => set({ settingsShown }),
  };
}

/** The language that is spoken: the chosen one, else the system's where it is known, else English. */
export function languageOf({ language }: Preferences): Language {
  return language === 'system' ? knownLanguage(navigator.languages) : language;
}

/** What a job is asked for beyond what its dialog says; nothing where the engine's own choice is wanted. */
export function jobDefaults({ verify, threads, memoryBytes }: Preferences) {
  return {
    ...(!verify && { verify }),
    ...(threads !== undefined && { threads }),
    ...(memoryBytes !== undefined && { memoryBytes }),
  };
}
