import { useEffect } from 'react';
import { asFault, type Fault } from '../../../shared/errors.ts';
import { type StageSlices, stageSlices } from '../../../shared/layout/stage-slices.ts';
import type { ParameterLayout, StrategyLayouts } from '../../../shared/strategy/layout-groups.ts';
import { type Asked, useAsked } from '../../parts/use-asked.ts';
import { useApp } from '../../store/app-store.ts';

/** The groups that the filter keeps. The layout of the chosen parameter is loaded with them. */
export function useStrategy(): Asked<StrategyLayouts> & { readonly chosen: string | undefined } {
  const checkpoint = useApp((state) => state.checkpoint?.id);
  const filter = useApp((state) => state.ask.filter);
  const ask = useApp((state) => state.askLayouts);
  const load = useApp((state) => state.loadParameter);
  const picked = useApp((state) => state.detailName);
  const asked = useAsked<StrategyLayouts>(`${checkpoint} ${filter}`, async (signal, take) =>
    take(await ask('strategy.layouts', { filter }, signal)),
  );
  // Nothing was picked yet: the first of the largest group stands for it.
  const chosen = picked ?? asked.value?.groups[0]?.first;
  // The same name in another checkpoint is another layout.
  useEffect(() => {
    if (checkpoint !== undefined) void load(chosen);
  }, [load, chosen, checkpoint]);
  return { ...asked, chosen };
}

/** Which rank holds which slice of a parameter; why not, where its layout does not fit. */
export function slicesOf(
  parameter: ParameterLayout,
): { readonly slices: StageSlices } | { readonly fault: Fault } {
  const { name, layouts, devicesPerStage, shape } = parameter;
  const known = shape?.every((dim): dim is number => typeof dim === 'number') ? shape : undefined;
  try {
    return { slices: stageSlices(name, layouts, devicesPerStage, known) };
  } catch (error) {
    return { fault: asFault(error) };
  }
}
