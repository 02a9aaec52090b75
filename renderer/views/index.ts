import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import { files } from './files/files-view.tsx';
import { problems } from './problems/problems-view.tsx';
import { redundancy } from './redundancy/redundancy-view.tsx';
import { saves } from './saves/saves-view.tsx';
import { strategy } from './strategy/strategy-view.tsx';
import { summary } from './summary/summary-view.tsx';
import { tensors } from './tensors/tensors-view.tsx';
import { values } from './values/values-view.tsx';
import type { View } from './view.ts';

/** In the order of the left panel. */
const VIEWS: readonly View[] = [summary, tensors, values, strategy, redundancy, saves, files, problems];

export function viewsOf(checkpoint: CheckpointSummary): readonly View[] {
  return VIEWS.filter((view) => view.shown?.(checkpoint) ?? true);
}

/** The view of an address; the summary where it is not known (or says nothing about this checkpoint). */
export function viewOf(id: string, checkpoint: CheckpointSummary): View {
  return viewsOf(checkpoint).find((view) => view.id === id) ?? summary;
}
