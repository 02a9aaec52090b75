import { t } from '../language/t.ts';

/** Under which heading the palette and the list of shortcuts have a command. */
export const COMMAND_GROUPS = ['checkpoint', 'go', 'window'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export function groupWords(group: CommandGroup): string {
  switch (group) {
    case 'checkpoint':
      return t('This checkpoint');
    case 'go':
      return t('Go to');
    case 'window':
      return t('Window');
  }
}

/** Something that the window does. Palette, list of shortcuts and keyboard all read these, so none lacks one. */
export interface Command {
  readonly id: string;
  readonly group: CommandGroup;
  /** What it does, beginning with a verb; ends in … where it asks something first. */
  readonly label: string;
  /** What runs it, as `keys.ts` reads it; the first is the one that is told. */
  readonly keys?: readonly string[];
  run(): void;
}
