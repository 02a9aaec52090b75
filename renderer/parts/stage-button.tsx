import type { ReactNode } from 'react';
import { t } from '../language/t.ts';
import { useApp } from '../store/app-store.ts';
import { cx } from './cx.ts';
import css from './stage-button.module.css';

interface StageButtonProps {
  readonly stage: number;
  readonly title?: string;
  /** Reached by the keys of what it stands in, not with Tab. */
  readonly within?: boolean;
  readonly children: ReactNode;
}

/** A pipeline stage that a click chooses in all views; another click takes it off again. */
export function StageButton({ stage, title, within, children }: StageButtonProps) {
  const chosen = useApp((state) => state.stage === stage);
  const show = useApp((state) => state.showStage);
  return (
    <button
      type="button"
      aria-pressed={chosen}
      title={title}
      tabIndex={within ? -1 : 0}
      className={cx(css.stage, chosen && css.chosen)}
      onClick={() => show(chosen ? undefined : stage)}
    >
      {children}
    </button>
  );
}

/** Whether a rank is of the chosen stage. */
export function useInStage(): (rank: number | undefined) => boolean {
  const stage = useApp((state) => state.stage);
  const devices = useApp((state) => state.checkpoint?.strategy?.devicesPerStage ?? 1);
  return (rank) => rank !== undefined && stage !== undefined && Math.floor(rank / devices) === stage;
}

/** "Stage 1, ranks 4–7". */
export function stageWords(stage: number, devicesPerStage: number): string {
  const first = stage * devicesPerStage;
  if (devicesPerStage === 1) return t('Stage {{stage}}, rank {{rank}}', { stage, rank: first });
  return t('Stage {{stage}}, ranks {{first}}–{{last}}', { stage, first, last: first + devicesPerStage - 1 });
}
