import { t } from '../language/t.ts';

/** Under one heading: the caps to press, and what they do. */
interface GridKeys {
  readonly title: string;
  readonly keys: readonly (readonly [caps: readonly string[], meaning: string])[];
}

/** Keys of the tables and drawings that have the focus: each handles its own, here is what they are. */
export function gridKeys(): readonly GridKeys[] {
  return [
    {
      title: t('In the tensor table'),
      keys: [
        [['↑', '↓'], t('Move; with Shift take the range')],
        [['Page', 'Home', 'End'], t('Move by a screen, to the first or last row')],
        [['←', '→'], t('Close or open a group')],
        [['Enter'], t('Explain the tensor in the right panel')],
        [['Space'], t('Add to the selection or take out of it')],
        [['Ctrl', 'A'], t('Select all that the filter shows')],
        [['Ctrl', 'C'], t('Copy the selected rows as a table')],
        [['Esc'], t('Clear the selection')],
      ],
    },
    {
      title: t('In other tables'),
      keys: [
        [['↑', '↓'], t('Move; with Shift take the range')],
        [['Page', 'Home', 'End'], t('Move by a screen, to the first or last row')],
        [['←', '→'], t('Close or open a group')],
        [['Enter'], t('Open what the row stands for')],
        [['Space'], t('Add to the selection or take out of it')],
        [['Ctrl', 'A'], t('Select all that the filter shows')],
        [['Ctrl', 'C'], t('Copy the selected rows, all when none is')],
        [['Esc'], t('Leave all but one of the selected rows')],
      ],
    },
    {
      title: t('In the header of a file'),
      keys: [
        [['↑', '↓'], t('Move by rows')],
        [['Page', 'Home', 'End'], t('By a screen, the first or last row')],
        [['←', '→'], t('Close or open what the row holds; out of it and into it')],
        [['Ctrl', 'C'], t('Copy the row as it is written')],
      ],
    },
    {
      title: t('In the matrix of ranks'),
      keys: [
        [['↑', '↓', '←', '→'], t('Move by cells; with Ctrl to the edge')],
        [['Page'], t('Move by a screen; with Alt sideways')],
        [['Home', 'End'], t('To the first or last rank; with Ctrl to the corners')],
        [['Space'], t('Choose the rank: two are compared')],
        [['Shift', 'Space'], t('Choose the stage, or no longer')],
        [['Enter'], t('Explain the tensor in the right panel')],
        [['Esc'], t('Choose no rank')],
      ],
    },
    {
      title: t('In the matrix of saves'),
      keys: [
        [['↑', '↓', '←', '→'], t('Move by ranks and saves')],
        [['Home', 'End'], t('To the oldest or newest save')],
        [['Enter'], t('Use this step: open it and show what merging would write')],
      ],
    },
    {
      title: t('In the device matrix'),
      keys: [
        [['↑', '↓', '←', '→'], t('From rank to rank')],
        [['Home', 'End'], t('To the first or last rank')],
      ],
    },
    {
      title: t('In the grid of values'),
      keys: [
        [['↑', '↓', '←', '→'], t('Move by values')],
        [['Page'], t('Move by a screen')],
        [['Home', 'End'], t('To the ends of the row; with Ctrl of the part')],
        [['Ctrl', 'C'], t('Copy the exact value')],
      ],
    },
    {
      title: t('In a heatmap'),
      keys: [
        [['↑', '↓', '←', '→'], t('Move the picture')],
        [['+', '−'], t('Closer and farther')],
        [['Enter'], t('Show all of it')],
      ],
    },
  ];
}
