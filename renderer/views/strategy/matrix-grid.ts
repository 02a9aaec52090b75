import { t } from '../../language/t.ts';
/** A device matrix laid out in rows and columns: the last axis runs across, the others run down, nested. */
export interface MatrixGrid {
  /** Headings of the columns, "mp 0"; none where ranks run on over several rows. */
  readonly columns: readonly string[];
  readonly rows: readonly MatrixRow[];
}

export interface MatrixRow {
  /** Headings that begin here, outermost first, with the number of rows that each stands before. */
  readonly headings: readonly { readonly text: string; readonly span: number }[];
  /** Ranks within the stage. */
  readonly ranks: readonly number[];
}

/** A lone axis of more ranks is written in rows of this many. */
const LINE = 16;

/**
 * @param deviceMatrix sizes of the axes, row-major: the last varies fastest from rank to rank
 * @param axes their names; axes of size 1 are left out
 */
export function matrixGrid(deviceMatrix: readonly number[], axes: readonly string[]): MatrixGrid {
  const kept = deviceMatrix.flatMap((size, i) =>
    size === 1 ? [] : [{ size, name: axes[i] ?? t('axis {{axis}}', { axis: i }) }],
  );
  const across = kept.at(-1);
  if (across === undefined) return { columns: [], rows: [{ headings: [], ranks: [0] }] };
  const down = kept.slice(0, -1);
  if (down.length === 0 && across.size > LINE) return { columns: [], rows: lines(across) };
  const count = down.reduce((product, { size }) => product * size, 1);
  return {
    columns: Array.from({ length: across.size }, (_, i) => coordinate(across.name, i)),
    rows: Array.from({ length: count }, (_, row) => ({
      headings: headingsOf(down, row),
      ranks: Array.from({ length: across.size }, (_, column) => row * across.size + column),
    })),
  };
}

interface Axis {
  readonly size: number;
  readonly name: string;
}

function headingsOf(down: readonly Axis[], row: number): MatrixRow['headings'] {
  let span = down.reduce((product, { size }) => product * size, 1);
  return down.flatMap(({ size, name }) => {
    span /= size;
    return row % span === 0 ? [{ text: coordinate(name, Math.floor(row / span) % size), span }] : [];
  });
}

function lines({ size, name }: Axis): MatrixRow[] {
  return Array.from({ length: Math.ceil(size / LINE) }, (_, line) => {
    const first = line * LINE;
    const last = Math.min(first + LINE, size) - 1;
    return {
      headings: [{ text: `${coordinate(name, first)}–${last}`, span: 1 }],
      ranks: Array.from({ length: last - first + 1 }, (_, i) => first + i),
    };
  });
}

/** "mp 0"; "axis 1 = 0" where the axis has only its number. */
function coordinate(name: string, at: number): string {
  return /\d$/.test(name) ? `${name} = ${at}` : `${name} ${at}`;
}
