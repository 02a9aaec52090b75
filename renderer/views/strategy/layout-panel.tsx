import { Button } from '@mantine/core';
import { Trans } from 'react-i18next';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import type { StageSlices } from '../../../shared/layout/stage-slices.ts';
import type { Fit } from '../../../shared/strategy/fit.ts';
import type { ParameterLayout } from '../../../shared/strategy/layout-groups.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatShape } from '../../../shared/text/units.ts';
import detailCss from '../../detail/detail.module.css';
import { mapNumbers, matrixNumbers } from '../../detail/layout-numbers.ts';
import { t } from '../../language/t.ts';
import { Facts } from '../../parts/facts.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { PanelTitle } from '../../parts/panel-title.tsx';
import { Size } from '../../parts/size.tsx';
import { listed } from '../../parts/words.ts';
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
      <PanelTitle name={name} tail={30} copied={{ text: name, label: t('Copy the name') }} />
      <p className={css.quietLine}>
        {alike === 1
          ? t('No other parameter has this layout.')
          : t('{{count}} parameters have this layout.', { count: alike })}
      </p>
      {'slices' in found && <Held parameter={parameter} slices={found.slices} />}
      <Facts
        rows={[
          [
            t('Shape'),
            shape ? (
              <span key="shape" className={detailCss.mono}>
                {formatShape(shape)}
              </span>
            ) : (
              t('said by neither file nor strategy')
            ),
          ],
          [t('Type'), dtype],
          [t('Device matrix'), own && <span className={detailCss.mono}>{matrixNumbers(own.layout)}</span>],
          [t('Tensor map'), own && <span className={detailCss.mono}>{mapNumbers(own.layout)}</span>],
          [t('Stages'), parameter.stageCount > 1 && listed(layouts.map(({ stage }) => String(stage)))],
        ]}
      />
      {fits.state !== 'alone' && (
        <>
          <h3 className={detailCss.heading}>{t('Fits the files')}</h3>
          <FitWords fit={fits} />
        </>
      )}
      {dtype && (
        <p className={css.quietLine}>
          <LinkButton onClick={() => showView('tensors')}>{t('Show it among the tensors')}</LinkButton>
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
        [t('Rank {{rank}}', { rank }), heldWords(parameter, slices, box)],
        [
          t('Bytes'),
          byteLength !== undefined && (
            <span key="bytes">
              <Trans
                i18nKey="<part/> of <whole/>"
                components={{ part: <Size bytes={byteLength * part} />, whole: <Size bytes={byteLength} /> }}
              />
            </span>
          ),
        ],
        [t('Same as'), others.length > 0 && rankList(others)],
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
              ? t('They do not hold what the layout says.')
              : t('Rank {{rank}} does not hold what the layout says.', { rank })}
          </p>
          <Facts
            rows={[
              [t('Expected'), expected],
              [t('Found'), found],
            ]}
          />
        </>
      );
    }
    case 'absent':
      return (
        <p className={css.quietLine}>
          {t('In no file. That is normal for optimizer state beside weights that were saved without it.')}
        </p>
      );
    case 'fits': {
      const shapes = listed(fit.shapes.map(formatShape));
      return (
        <p className={css.quietLine}>
          {fit.ranks === 0
            ? t('The complete weights hold {{shapes}}, which the layout can cut.', { shapes })
            : t('All {{count}} ranks that have it hold {{shapes}}, as the layout says.', {
                count: fit.ranks,
                shapes,
              })}
        </p>
      );
    }
    case 'alone':
      return null;
  }
}

/** Which job cuts these weights for another strategy. */
const CUTS = ['reshard', 'slice'] as const;

function Actions({ checkpoint }: { readonly checkpoint: CheckpointSummary }) {
  const showDialog = useApp((state) => state.showStrategyDialog);
  const openDraft = useApp((state) => state.openDraft);
  const cut = CUTS.find((job) => checkpoint.actions.includes(job));
  return (
    <>
      <h3 className={detailCss.heading}>{t('Do with it')}</h3>
      <div className={css.actions}>
        <Button variant="default" onClick={() => showDialog(true, 'ckpt')}>
          {t('Save merged strategy')}
        </Button>
        <Button variant="default" onClick={() => showDialog(true, 'json')}>
          {t('Save as JSON')}
        </Button>
        {cut && (
          <Button variant="default" onClick={() => openDraft(cut)}>
            {cut === 'reshard' ? t('Reshard to another layout') : t('Slice for ranks')}
          </Button>
        )}
      </div>
    </>
  );
}
