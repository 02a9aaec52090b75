import type { ReactNode } from 'react';
import type { StageSlices } from '../../../shared/layout/stage-slices.ts';
import type {
  LayoutGroup,
  ParameterLayout,
  StrategyLayouts,
} from '../../../shared/strategy/layout-groups.ts';
import type { TextColumn } from '../../../shared/table/text.ts';
import { formatShape } from '../../../shared/text/units.ts';
import { SplitDrawing } from '../../detail/split-drawing.tsx';
import { t } from '../../language/t.ts';
import { translated } from '../../language/translated.ts';
import { Coming } from '../../parts/coming.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { MiddleText } from '../../parts/middle-text.tsx';
import { ScrollingView } from '../../parts/scrolling-view.tsx';
import { sentence } from '../../parts/sentence.ts';
import { TableMenu } from '../../parts/table-menu.tsx';
import { ViewBar } from '../../parts/view-bar.tsx';
import { ViewHead } from '../../parts/view-head.tsx';
import { partOf } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import { FilterField } from '../tensors/filter-field.tsx';
import type { View } from '../view.ts';
import { DeviceMatrix } from './device-matrix.tsx';
import { LayoutPanel } from './layout-panel.tsx';
import { LayoutTable } from './layout-table.tsx';
import { drawnPart, ranksOf, sliceSentence } from './slice-words.ts';
import css from './strategy.module.css';
import { asGroup, useLayoutRows } from './use-layout-rows.ts';
import { slicesOf, useStrategy } from './use-strategy.ts';

/** Columns of a copy: the numbers as the strategy has them, and their meaning. */
const TEXT_COLUMNS: readonly TextColumn<LayoutGroup>[] = [
  { heading: 'parameters', value: (group) => group.called },
  { heading: 'device matrix', key: 'deviceMatrix', value: (group) => group.layout.deviceMatrix },
  { heading: 'tensor map', key: 'tensorMap', value: (group) => group.layout.tensorMap },
  { heading: 'optimizer shard step', key: 'optShardStep', value: (group) => group.layout.optShardStep },
  { heading: 'optimizer shard size', key: 'optShardSize', value: (group) => group.layout.optShardSize },
  { heading: 'meaning', value: (group) => group.words },
  { heading: 'stages', value: (group) => group.stages },
  { heading: 'count', value: (group) => group.matching },
  { heading: 'do not fit', key: 'misfits', value: (group) => group.misfits },
  { heading: 'in no file', key: 'absent', value: (group) => group.absent },
  { heading: 'first', value: (group) => group.first },
];

const NONE: readonly LayoutGroup[] = [];

/** What the strategy means: layouts in words, and the chosen one drawn over ranks and over the tensor. */
function StrategyView() {
  const { value: layouts, fault, chosen } = useStrategy();
  const parameter = useApp((state) => state.parameterLayout);
  const parameterFault = useApp((state) => state.parameterFault);
  const drawn = parameter?.name === chosen ? parameter?.group : undefined;
  const table = useLayoutRows(layouts?.groups ?? NONE, drawn);
  return (
    <ScrollingView className={css.view}>
      <ViewHead className={css.top} title={layouts ? titleOf(layouts) : t('Strategy')}>
        <p>{t('Every layout in the strategy, grouped. Pick one to see which rank holds which part.')}</p>
      </ViewHead>
      <ViewBar className={css.bar}>
        <FilterField />
        {layouts && (
          <>
            <TableMenu
              what={t('layouts')}
              name="layouts"
              columns={TEXT_COLUMNS}
              rows={layouts.groups}
              selected={table.selection.several.flatMap((row) => asGroup(row) ?? [])}
            />
            <span className={css.count} role="status">
              {partOf(
                layouts.matching,
                layouts.parameters,
                t('{{count}} parameters', { count: layouts.parameters }),
              )}
            </span>
          </>
        )}
      </ViewBar>
      {fault && (
        <div className={css.note}>
          <FaultNote fault={fault} alert />
        </div>
      )}
      {!layouts && !fault && <Coming className={css.note} />}
      {layouts &&
        (layouts.groups.length === 0 ? (
          <p className={css.note}>{t('None of the parameters matches the filter.')}</p>
        ) : (
          <LayoutTable table={table} />
        ))}
      {parameterFault && (
        <div className={css.note}>
          <FaultNote fault={parameterFault} severity="info" />
        </div>
      )}
      {parameter && !parameterFault && <Drawings parameter={parameter} />}
    </ScrollingView>
  );
}

/** "One stage of 8 ranks: dp 2 × mp 4". */
function titleOf({ stages, devicesPerStage, words }: StrategyLayouts): string {
  const ranks = t('{{count}} ranks', { count: devicesPerStage });
  if (stages === 1) return t('One stage of {{ranks}}: {{words}}', { ranks, words: translated(words) });
  return t('{{count}} stages of {{ranks}}: {{words}}', {
    count: stages,
    ranks,
    words: translated(words.replace(/, \d+ stages$/, '')),
  });
}

function Drawings({ parameter }: { readonly parameter: ParameterLayout }) {
  const found = slicesOf(parameter);
  const { fits, name, shape } = parameter;
  return (
    <section className={css.drawings} aria-label={t('The layout drawn')}>
      <h3 className={css.name}>
        <MiddleText text={name} tail={34} />
      </h3>
      {fits.state === 'misfit' && (
        <div className={css.misfitNote}>
          <FaultNote fault={fits.fault} />
        </div>
      )}
      {'fault' in found ? (
        // Where it is not the misfit itself that keeps it from being drawn.
        fits.state !== 'misfit' && <FaultNote fault={found.fault} />
      ) : (
        <>
          <div className={css.pair}>
            <Part title={t('Device matrix')}>
              <DeviceMatrix parameter={parameter} slices={found.slices} />
            </Part>
            <Part
              title={
                shape
                  ? t('The tensor, {{shape}}', { shape: formatShape(shape) })
                  : t('The tensor, in equal parts')
              }
            >
              <CutTensor parameter={parameter} slices={found.slices} />
            </Part>
          </div>
          <Sentence parameter={parameter} slices={found.slices} />
        </>
      )}
    </section>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={css.part}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

interface SlicesProps {
  readonly parameter: ParameterLayout;
  readonly slices: StageSlices;
}

function CutTensor({ parameter, slices }: SlicesProps) {
  return (
    <SplitDrawing
      slices={slices.boxes.map((box, slice) => ({ box, ranks: ranksOf(slices, slice) }))}
      {...(!parameter.shape && { rangeOf: (box) => drawnPart(slices, box) })}
      height={150}
      elsewhere={t('The device matrix numbers them.')}
    />
  );
}

/** Why the rank or the slice that is lit holds what it holds; of the slice that was picked, when none is. */
function Sentence({ parameter, slices }: SlicesProps) {
  const lit = useApp((state) => state.litSlice);
  const rank = useApp((state) => state.litRank);
  const picked = useApp((state) => state.pickedSlice);
  const slice = lit ?? picked;
  const words = sliceSentence(parameter, slices, slice < slices.boxes.length ? slice : 0, rank);
  return <p className={css.sentence}>{sentence(words)}</p>;
}

export const strategy: View = {
  id: 'strategy',
  get label() {
    return t('Strategy');
  },
  key: 'y',
  Main: StrategyView,
  Side: LayoutPanel,
  count: ({ strategy: known }) => known && t('{{count}} stages', { count: known.stageCount }),
  shown: ({ strategy: known }) => known !== undefined,
};
