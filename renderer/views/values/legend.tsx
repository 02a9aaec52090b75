import { formatRounded } from '../../../shared/values/format.ts';
import { CELL_FLAGS } from '../../../shared/values/results.ts';
import { t } from '../../language/t.ts';
import { typographic } from '../../parts/typographic.ts';
import { COLOUR_MAPS, type ColourMap, ODD_COLOURS } from './colours.ts';
import css from './heatmap.module.css';

interface LegendProps {
  readonly map: ColourMap;
  readonly domain: readonly [number, number];
  readonly flags: Uint8Array;
}

const STOPS = 16;

/** What the colours mean: the ends of the map, and how many cells have NaN or Inf. */
export function Legend({ map, domain: [from, to], flags }: LegendProps) {
  let nan = 0;
  let infinite = 0;
  for (const flag of flags) {
    if ((flag & CELL_FLAGS.nan) !== 0) nan++;
    else if (flag !== 0) infinite++;
  }
  const colours = Array.from({ length: STOPS + 1 }, (_, i) => COLOUR_MAPS[map].colour(i / STOPS));
  return (
    <div className={css.legend}>
      <Odd
        colour={ODD_COLOURS.nan}
        words={nan === 0 ? t('no NaN') : t('NaN in {{count}} cells', { count: nan })}
      />
      <Odd
        colour={ODD_COLOURS.infinite}
        words={infinite === 0 ? t('no Inf') : t('Inf in {{count}} cells', { count: infinite })}
      />
      <span className={css.end}>{typographic(formatRounded(from, 3))}</span>
      <span
        className={css.gradient}
        role="img"
        aria-label={t('Colours from {{from}} to {{to}}', {
          from: formatRounded(from, 3),
          to: formatRounded(to, 3),
        })}
        style={{ background: `linear-gradient(to right, ${colours.join(', ')})` }}
      />
      <span className={css.end}>{typographic(formatRounded(to, 3))}</span>
    </div>
  );
}

function Odd({ colour, words }: { readonly colour: string; readonly words: string }) {
  return (
    <span className={css.odd}>
      <span className={css.swatch} style={{ background: colour }} />
      {words}
    </span>
  );
}
