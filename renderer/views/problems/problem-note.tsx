import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Problem } from '../../../shared/checkpoint.ts';
import { t } from '../../language/t.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { StrategyLinks } from '../../picker/strategy-links.tsx';
import { useApp } from '../../store/app-store.ts';

/** A problem with its consequence and, where the window has one, the way out of it. */
export function ProblemNote({ problem }: { readonly problem: Problem }) {
  const wayOut = useWayOut(problem);
  return (
    <FaultNote fault={problem} severity={problem.severity}>
      {wayOut}
    </FaultNote>
  );
}

function useWayOut(problem: Problem): ReactNode {
  const showView = useApp((state) => state.showView);
  const selectName = useApp((state) => state.selectName);
  const hasSaves = useApp((state) => (state.checkpoint?.saves.length ?? 0) > 0);
  if (problem.code === 'NO_STRATEGY' || problem.code === 'SG_NOT_FOUND')
    return <StrategyLinks label={t('Name a strategy')} />;
  if (hasSaves && (problem.code === 'STEPS_DIFFER' || problem.code === 'META_MISMATCH'))
    return (
      <Button variant="default" onClick={() => showView('saves')}>
        {t('Show the saves')}
      </Button>
    );
  const { tensor } = problem;
  if (tensor === undefined) return undefined;
  const show = () => {
    showView('tensors');
    selectName(tensor);
  };
  return (
    <Button variant="default" onClick={show}>
      {t('Show the tensor')}
    </Button>
  );
}
