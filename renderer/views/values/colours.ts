import {
  interpolateBrBG,
  interpolateCividis,
  interpolateGreys,
  interpolateMagma,
  interpolatePuOr,
  interpolateRdBu,
  interpolateViridis,
} from 'd3-scale-chromatic';
import { CELL_FLAGS } from '../../../shared/values/results.ts';
import { t } from '../../language/t.ts';

/** Maps of colours; a symmetric one has zero in its middle. */
export const COLOUR_MAPS = {
  'red-blue': { symmetric: true, colour: (at: number) => interpolateRdBu(1 - at) },
  'purple-orange': {
    symmetric: true,
    colour: (at: number) => interpolatePuOr(1 - at),
  },
  'brown-green': { symmetric: true, colour: interpolateBrBG },
  viridis: { symmetric: false, colour: interpolateViridis },
  magma: { symmetric: false, colour: interpolateMagma },
  cividis: { symmetric: false, colour: interpolateCividis },
  greys: { symmetric: false, colour: interpolateGreys },
} as const;

export type ColourMap = keyof typeof COLOUR_MAPS;

export function colourMapWords(map: ColourMap): string {
  switch (map) {
    case 'red-blue':
      return t('Red – blue');
    case 'purple-orange':
      return t('Purple – orange');
    case 'brown-green':
      return t('Brown – green');
    case 'viridis':
      return 'Viridis';
    case 'magma':
      return 'Magma';
    case 'cividis':
      return 'Cividis';
    case 'greys':
      return t('Greys');
  }
}

export const COLOUR_MAP_NAMES = Object.keys(COLOUR_MAPS) as ColourMap[];

/** NaN and Inf have colours that no map has. */
export const ODD_COLOURS = { nan: '#ff00d4', infinite: '#00e676' } as const;

const STEPS = 256;

/** Red, green, blue of each step. */
export function tableOf(map: ColourMap): Uint8Array {
  const table = new Uint8Array(3 * STEPS);
  for (let i = 0; i < STEPS; i++) table.set(rgb(COLOUR_MAPS[map].colour(i / (STEPS - 1))), 3 * i);
  return table;
}

/** "rgb(1, 2, 3)" or "#010203". */
function rgb(text: string): [number, number, number] {
  const parts = text.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16))
    : (text.match(/\d+/g) ?? []).map(Number);
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}

/** Values at both ends of the map: from least to greatest, or as far from zero on both sides. */
export function domainOf(map: ColourMap, values: Float32Array): readonly [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least > most) return [0, 0];
  if (!COLOUR_MAPS[map].symmetric) return [least, most];
  const far = Math.max(Math.abs(least), Math.abs(most));
  return [-far, far];
}

/** Pixels of cells: red, green, blue, opacity. */
export function paint(
  values: Float32Array,
  flags: Uint8Array,
  map: ColourMap,
  [from, to]: readonly [number, number],
): Uint8ClampedArray<ArrayBuffer> {
  const table = tableOf(map);
  const [nan, infinite] = [rgb(ODD_COLOURS.nan), rgb(ODD_COLOURS.infinite)];
  const scale = to > from ? (STEPS - 1) / (to - from) : 0;
  const middle = scale === 0 ? (STEPS - 1) / 2 : 0;
  const pixels = new Uint8ClampedArray(4 * values.length);
  for (let i = 0; i < values.length; i++) {
    const flag = flags[i] ?? 0;
    if (flag !== 0) pixels.set((flag & CELL_FLAGS.nan) !== 0 ? nan : infinite, 4 * i);
    else {
      const step = 3 * Math.round(middle + scale * ((values[i] ?? 0) - from));
      pixels[4 * i] = table[step] ?? 0;
      pixels[4 * i + 1] = table[step + 1] ?? 0;
      pixels[4 * i + 2] = table[step + 2] ?? 0;
    }
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}
