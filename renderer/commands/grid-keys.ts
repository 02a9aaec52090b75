/** Keys of the tables and drawings that have the focus: each handles its own, here is what they are. */
export const GRID_KEYS: readonly {
  readonly title: string;
  readonly keys: readonly (readonly [caps: readonly string[], meaning: string])[];
}[] = [
  {
    title: 'In the tensor table',
    keys: [
      [['↑', '↓'], 'Move; with Shift take the range'],
      [['Page', 'Home', 'End'], 'Move by a screen, to the first or last row'],
      [['←', '→'], 'Close or open a group'],
      [['Enter'], 'Explain the tensor in the right panel'],
      [['Space'], 'Add to the selection or take out of it'],
      [['Ctrl', 'A'], 'Select all that the filter shows'],
      [['Ctrl', 'C'], 'Copy the selected rows as a table'],
      [['Esc'], 'Clear the selection'],
    ],
  },
  {
    title: 'In other tables',
    keys: [
      [['↑', '↓'], 'Choose a row'],
      [['Page', 'Home', 'End'], 'By a screen, the first or last row'],
      [['←', '→'], 'Close or open a group'],
      [['Enter'], 'Open what the row stands for'],
      [['Ctrl', 'C'], 'Copy the chosen row, all when none is'],
    ],
  },
  {
    title: 'In the matrix of ranks',
    keys: [
      [['↑', '↓', '←', '→'], 'Move by cells; with Ctrl to the edge'],
      [['Page'], 'Move by a screen; with Alt sideways'],
      [['Home', 'End'], 'To the first or last rank; with Ctrl to the corners'],
      [['Space'], 'Choose the rank: two are compared'],
      [['Enter'], 'Explain the tensor in the right panel'],
      [['Esc'], 'Choose no rank'],
    ],
  },
  {
    title: 'In the matrix of saves',
    keys: [
      [['↑', '↓', '←', '→'], 'Move by ranks and saves'],
      [['Home', 'End'], 'To the oldest or newest save'],
      [['Enter'], 'Use this step: open it and show what merging would write'],
    ],
  },
  {
    title: 'In the device matrix',
    keys: [
      [['↑', '↓', '←', '→'], 'From rank to rank'],
      [['Home', 'End'], 'To the first or last rank'],
    ],
  },
  {
    title: 'In the grid of values',
    keys: [
      [['↑', '↓', '←', '→'], 'Move by values'],
      [['Page'], 'Move by a screen'],
      [['Home', 'End'], 'To the ends of the row; with Ctrl of the part'],
      [['Ctrl', 'C'], 'Copy the exact value'],
    ],
  },
  {
    title: 'In a heatmap',
    keys: [
      [['↑', '↓', '←', '→'], 'Move the picture'],
      [['+', '−'], 'Closer and farther'],
      [['Enter'], 'Show all of it'],
    ],
  },
];
