import { Button, CloseButton } from '@mantine/core';
import { t } from '../../language/t.ts';
import { stageWords } from '../../parts/stage-button.tsx';
import { useApp } from '../../store/app-store.ts';
import { keepsStage } from '../../store/stage.ts';
import css from './tensors.module.css';

/** The chosen stage, beside the filter of every table: it narrows to that stage, or the stage is left. */
export function StageFilter() {
  const stage = useApp((state) => state.stage);
  const narrow = useApp((state) => keepsStage(state.ask.filter, state.stage));
  const narrowTo = useApp((state) => state.narrowToStage);
  const show = useApp((state) => state.showStage);
  const devices = useApp((state) => state.checkpoint?.strategy?.devicesPerStage ?? 1);
  if (stage === undefined) return null;
  return (
    <span className={css.stage} title={stageWords(stage, devices)}>
      <Button variant={narrow ? 'light' : 'default'} aria-pressed={narrow} onClick={() => narrowTo(!narrow)}>
        {t('Only stage {{stage}}', { stage })}
      </Button>
      <CloseButton size={24} aria-label={t('Choose no stage')} onClick={() => show(undefined)} />
    </span>
  );
}
