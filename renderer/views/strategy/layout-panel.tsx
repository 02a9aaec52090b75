import { Button } from '@mantine/core';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import type { JobName } from '../../../shared/job-options.ts';
import type { StageSlices } from '../../../shared/layout/stage-slices.ts';
import type { Fit } from '../../../shared/strategy/fit.ts';
import type { ParameterLayout } from '../../../shared/strategy/layout-groups.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatCount, formatShape } from '../../../shared/text/units.ts';
import detailCss from '../../detail/detail.module.css';
import { mapNumbers, matrixNumbers } from '../../detail/layout-numbers.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { MiddleText } from '../../parts/middle-text.tsx';
import { Size } from '../../parts/size.tsx';
import { counted, listed } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import { heldWords, ranksOf } from './slice-words.ts';
import css from './strategy.module.css';
import { slicesOf } from './use-strategy.ts';

/** The right panel of the strategy view: the chosen parameter's layout, the files, and what can be done. */
export function LayoutPanel() {
  const parameter = useApp((state) => state.parameterLayout);
  const checkpoint = useApp((state) => state.checkpoint);
  if (checkpoint === undefined) return null;
  return (
    <div className={css.panel}>
      {parameter && <Explained parameter={parameter} />}
      <Actions checkpoint={checkpoint} />
    </div>
  );
}

function Explained({ parameter }: { readonly parameter: ParameterLayout }) {
  const showView = useApp((state) => state.showView);
  const { name, layouts, fits, dtype, shape, alike } = parameter;
  const found = slicesOf(parameter);
  const [own] = layouts;
  return (
    <>
      <div className={css.panelTitle}>
        <h2>
          <MiddleText text={name} tail={30} />
        </h2>
        <CopyButton text={name} label="Copy the name" />
      </div>
      <p className={css.quietLine}>
        {alike === 1
          ? 'No other parameter has this layout.'
          : `${counted(alike, 'parameter')} have this layout.`}
      </p>
      {'slices' in found && <Held parameter={parameter} slices={found.slices} />}
      <Facts
        rows={[
          ['Shape', shape && <span className={detailCss.mono}>{formatShape(shape)}</span>],
          ['Type', dtype],
          ['Device matrix', own && <span className={detailCss.mono}>{matrixNumbers(own.layout)}</span>],
          ['Tensor map', own && <span className={detailCss.mono}>{mapNumbers(own.layout)}</span>],
          ['Stages', parameter.stageCount > 1 && listed(layouts.map(({ stage }) => String(stage)))],
        ]}
      />
      {fits.state !== 'alone' && (
        <>
          <h3 className={detailCss.heading}>Fits the files</h3>
          <FitWords fit={fits} />
        </>
      )}
      {shape && (
        <p className={css.quietLine}>
          <LinkButton onClick={() => showView('tensors')}>Show it among the tensors</LinkButton>
        </p>
      )}
    </>
  );
}

/** What the rank that is lit holds; the first of the picked slice, when none is. */
function Held({ parameter, slices }: { readonly parameter: ParameterLayout; readonly slices: StageSlices }) {
  const lit = useApp((state) => state.litSlice);
  const litRank = useApp((state) => state.litRank);
  const picked = useApp((state) => state.pickedSlice);
  const wanted = lit ?? picked;
  const slice = wanted < slices.boxes.length ? wanted : 0;
  const box = slices.boxes[slice];
  const ranks = ranksOf(slices, slice);
  const rank = litRank ?? ranks[0] ?? 0;
  const others = ranks.filter((one) => one !== rank);
  const { byteLength } = parameter;
  if (box === undefined) return null;
  const part = box.extent.reduce((product, n, d) => (product * n) / Math.max(1, slices.shape[d] ?? 1), 1);
  return (
    <Facts
      rows={[
        [`Rank ${rank}`, heldWords(parameter, slices, box)],
        [
          'Bytes',
          byteLength !== undefined && (
            <span key="bytes">
              <Size bytes={byteLength * part} /> of <Size bytes={byteLength} />
            </span>
          ),
        ],
        ['Same as', others.length > 0 && rankList(others)],
      ]}
    />
  );
}

function FitWords({ fit }: { readonly fit: Fit }) {
  switch (fit.state) {
    case 'misfit': {
      const { rank, expected, found } = fit.fault;
      return (
        <>
          <p className={css.misfit}>
            {rank === undefined
              ? 'They do not hold what the layout says.'
              : `Rank ${rank} does not hold what the layout says.`}
          </p>
          <Facts
            rows={[
              ['Expected', expected],
              ['Found', found],
            ]}
          />
        </>
      );
    }
    case 'absent':
      return (
        <p className={css.quietLine}>
          In no file. That is normal for optimizer state beside weights that were saved without it.
        </p>
      );
    case 'fits': {
      const shapes = listed(fit.shapes.map(formatShape));
      return (
        <p className={css.quietLine}>
          {fit.ranks === 0
            ? `The complete weights hold ${shapes}, which the layout can cut.`
            : `${fit.ranks === 1 ? 'The 1 rank that has it holds' : `All ${formatCount(fit.ranks)} ranks that have it hold`} ${shapes}, as the layout says.`}
        </p>
      );
    }
    case 'alone':
      return null;
  }
}

/** Which job cuts these weights for another strategy. */
const CUTS: readonly (readonly [JobName, string])[] = [
  ['reshard', 'Reshard to another layout'],
  ['slice', 'Slice for ranks'],
];

function Actions({ checkpoint }: { readonly checkpoint: CheckpointSummary }) {
  const showDialog = useApp((state) => state.showStrategyDialog);
  const openDraft = useApp((state) => state.openDraft);
  const cut = CUTS.find(([job]) => checkpoint.actions.includes(job));
  return (
    <>
      <h3 className={detailCss.heading}>Do with it</h3>
      <div className={css.actions}>
        <Button variant="default" onClick={() => showDialog(true, 'ckpt')}>
          Save merged strategy
        </Button>
        <Button variant="default" onClick={() => showDialog(true, 'json')}>
          Save as JSON
        </Button>
        {cut && (
          <Button variant="default" onClick={() => openDraft(cut[0])}>
            {cut[1]}
          </Button>
        )}
      </div>
    </>
  );
}
