import { ActionIcon, Button, SegmentedControl, Select, Tooltip } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { TensorHeatmap } from '../../../shared/values/results.ts';
import { t } from '../../language/t.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { useAsked } from '../../parts/use-asked.ts';
import { moved, pictureSize, touched, wholeArea, zoomed } from './area.ts';
import { COLOUR_MAP_NAMES, type ColourMap, colourMapWords, domainOf } from './colours.ts';
import css from './heatmap.module.css';
import { Legend } from './legend.tsx';
import { type CellWords, cellAt, draw, type Measure, type Picture, pictureOf } from './picture.ts';
import { ReadingBar } from './reading-bar.tsx';
import { blockSlice, indexOf, type Part } from './use-part.ts';
import { useWheelZoom } from './use-wheel-zoom.ts';
import values from './values.module.css';

/** Zooming on must not ask for every picture on the way. */
const SETTLE_MILLISECONDS = 100;
const STEP = 1.5;
const MIDDLE = { x: 0.5, y: 0.5 } as const;

interface HeatmapProps {
  readonly part: Part;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** Asks the engine for a picture of a slice of the matrix. */
  readonly ask: (input: PictureInput, signal: AbortSignal) => Promise<TensorHeatmap>;
}

export interface PictureInput {
  readonly slice: string;
  readonly width: number;
  readonly height: number;
  readonly quick: boolean;
}

/** The matrix as colours: pooled from afar, single values close by. */
export function Heatmap({ part, canvas, ask }: HeatmapProps) {
  const room = useElementSize();
  const frame = useRef<HTMLButtonElement>(null);
  // A vector is a single row here.
  const vector = part.selection.axes.length === 1;
  const whole = vector ? { rows: 1, columns: part.rows } : { rows: part.rows, columns: part.columns };
  const [area, setArea] = useState(() => wholeArea(whole));
  const [map, setMap] = useState<ColourMap>('red-blue');
  const [measure, setMeasure] = useState<Measure>('mean');
  // Where the pointer is, in shares of the picture.
  const [pointer, setPointer] = useState<{ x: number; y: number }>();
  const [focused, setFocused] = useState(false);
  // By keyboard the value in the middle is told: the arrows bring any there.
  const told = pointer ?? (focused ? MIDDLE : undefined);
  const size = pictureSize(whole, { width: room.width, height: room.height });

  const { rows, columns } = touched(area, whole);
  const slice = vector ? blockSlice(part, columns, [0, 1]) : blockSlice(part, rows, columns);
  const asked = useAsked<Picture>(
    `${part.key} ${slice} ${size.width} ${size.height}`,
    async (signal, take) => {
      if (room.width === 0) return;
      await settled(signal);
      const look = (quick: boolean) => ask({ slice, width: size.width, height: size.height, quick }, signal);
      const first = await look(true);
      take(pictureOf(first, rows[0], columns[0]));
      if (first.sampled) take(pictureOf(await look(false), rows[0], columns[0]));
    },
  );
  const picture = asked.value;
  const domain = picture ? domainOf(map, picture[measure]) : ([0, 0] as const);
  const [from, to] = domain;
  const { width, height } = size;

  useEffect(() => {
    if (canvas.current && picture)
      draw(canvas.current, { width, height }, picture, area, { map, measure, domain: [from, to] });
  }, [canvas, width, height, picture, area, map, measure, from, to]);

  const zoom = (factor: number, x = 0.5, y = 0.5) => setArea((now) => zoomed(now, factor, x, y, whole));
  const drag = useWheelZoom(frame, {
    zoom,
    move: (x, y) => setArea((now) => moved(now, x, y, whole)),
    point: (x, y) => setPointer({ x, y }),
    leave: () => setPointer(undefined),
  });

  const pointed =
    picture &&
    told &&
    cellAt(picture, Math.floor(area.top + told.y * area.rows), Math.floor(area.left + told.x * area.columns));

  const onKeyDown = (event: KeyboardEvent) => {
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    if ('factor' in act) zoom(act.factor);
    else if ('x' in act) setArea((now) => moved(now, act.x, act.y, whole));
    else setArea(wholeArea(whole));
  };

  return (
    <div className={css.view}>
      <div className={values.tools}>
        <Select
          aria-label={t('Colours')}
          className={css.colours ?? ''}
          data={COLOUR_MAP_NAMES.map((name) => ({ value: name, label: colourMapWords(name) }))}
          value={map}
          allowDeselect={false}
          onChange={(next) => setMap(COLOUR_MAP_NAMES.find((name) => name === next) ?? map)}
        />
        <SegmentedControl
          aria-label={t('What a cell shows')}
          value={measure}
          onChange={(next) => setMeasure(MEASURES.find((one) => one === next) ?? measure)}
          data={[
            { value: 'mean', label: t('Mean') },
            { value: 'min', label: t('Least') },
            { value: 'max', label: t('Greatest') },
          ]}
        />
        <Tooltip label={t('Closer (+)')}>
          <ActionIcon aria-label={t('Zoom in')} onClick={() => zoom(STEP)}>
            <IconZoomIn size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('Farther (−)')}>
          <ActionIcon aria-label={t('Zoom out')} onClick={() => zoom(1 / STEP)}>
            <IconZoomOut size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <Button variant="default" onClick={() => setArea(wholeArea(whole))}>
          {t('Whole')}
        </Button>
      </div>
      {asked.fault && <FaultNote fault={asked.fault} alert />}
      <div ref={room.ref} className={css.room}>
        <button
          ref={frame}
          type="button"
          className={css.frame}
          aria-label={t('Heatmap of {{slice}}: arrow keys move, plus and minus zoom, Enter shows all', {
            slice: part.slice,
          })}
          onKeyDown={onKeyDown}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          {...drag}
        >
          <canvas ref={canvas} className={css.canvas} style={{ width: size.width, height: size.height }} />
        </button>
      </div>
      <ReadingBar waiting={asked.waiting && picture === undefined} onStop={asked.stop} />
      <div className={css.foot}>
        <p className={css.pointed} role="status">
          {pointed ? pointedWords(part, vector, pointed) : restWords(picture)}
        </p>
        {picture && <Legend map={map} domain={domain} flags={picture.flags} />}
      </div>
    </div>
  );
}

const MEASURES: readonly Measure[] = ['mean', 'min', 'max'];

const KEYS: Readonly<Record<string, { factor: number } | { x: number; y: number } | { all: true }>> = {
  '+': { factor: STEP },
  '=': { factor: STEP },
  '-': { factor: 1 / STEP },
  '0': { all: true },
  Enter: { all: true },
  ArrowLeft: { x: -0.2, y: 0 },
  ArrowRight: { x: 0.2, y: 0 },
  ArrowUp: { x: 0, y: -0.2 },
  ArrowDown: { x: 0, y: 0.2 },
};

function settled(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, SETTLE_MILLISECONDS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** "[3, 17] = 0.0349", or the ranges that a cell stands for. */
function pointedWords(part: Part, vector: boolean, { rows, columns, text }: CellWords): string {
  const at = (row: number, column: number) =>
    (vector ? indexOf(part, column, 0) : indexOf(part, row, column)).map(String);
  const first = at(rows[0], columns[0]);
  const last = at(rows[1], columns[1]);
  const index = first.map((from, axis) => (from === last[axis] ? from : `${from}–${last[axis]}`));
  return `[${index.join(', ')}]: ${text}`;
}

function restWords(picture: Picture | undefined): string {
  if (picture?.sampled) return t('Some rows only so far; the rest is being read.');
  return picture?.single ? t('Each cell is one value.') : t('The wheel zooms, dragging moves.');
}
