import { useMemo } from 'react';
import type { CheckpointSummary, StrategySummary } from '../../../shared/checkpoint.ts';
import { asFault, type Fault } from '../../../shared/errors.ts';
import { type Fit, fitsOf, likelyScenario } from '../../../shared/loading/fits.ts';
import { type Loading, loadingOf } from '../../../shared/loading/loading.ts';
import type { Wanted } from '../../../shared/loading/target.ts';
import { useAsked } from '../../parts/use-asked.ts';
import { useApp } from '../../store/app-store.ts';

export interface LoadingState {
  readonly fits: readonly Fit[];
  /** What is said now; undefined where no scenario fits. */
  readonly wanted: Wanted | undefined;
  readonly loading: Loading | undefined;
  /** Why there is none: of the checkpoint, of the numbers, or of the strategy that was named. */
  readonly fault: Fault | undefined;
}

/** The chosen scenario, else the likely one, for the open checkpoint. */
export function useLoading(checkpoint: CheckpointSummary): LoadingState {
  const { dstStrategy, scenario, ...ask } = useApp((state) => state.loadingAsk);
  const fits = useMemo(() => fitsOf(checkpoint), [checkpoint]);
  const chosen = fits.find((fit) => fit.scenario.id === scenario && !fit.fault)?.scenario.id;
  const id = chosen ?? likelyScenario(fits);
  const target = useTarget(dstStrategy);
  if (id === undefined) return { fits, wanted: undefined, loading: undefined, fault: fits[0]?.fault };
  const wanted: Wanted = { ...ask, scenario: id, dstStrategy: targetOf(dstStrategy, target.value) };
  if (target.fault) return { fits, wanted, loading: undefined, fault: target.fault };
  return { fits, wanted, ...attempt(checkpoint, wanted) };
}

/** What the strategy file says that was named; asked for while it is typed. */
function useTarget(path: string | undefined) {
  const read = useApp((state) => state.readStrategy);
  return useAsked<StrategySummary | undefined>(path ?? '', async (signal, take) => {
    take(undefined);
    if (path !== undefined) take(await read(path, signal));
  });
}

function targetOf(path: string | undefined, read: StrategySummary | undefined): Wanted['dstStrategy'] {
  return path === undefined ? undefined : { path, parallel: read?.path === path ? read.parallel : undefined };
}

function attempt(checkpoint: CheckpointSummary, wanted: Wanted): Pick<LoadingState, 'loading' | 'fault'> {
  try {
    return { loading: loadingOf(checkpoint, wanted), fault: undefined };
  } catch (error) {
    return { loading: undefined, fault: asFault(error) };
  }
}
