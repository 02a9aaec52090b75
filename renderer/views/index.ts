import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import { compare } from './compare/compare-view.tsx';
import { files } from './files/files-view.tsx';
import { loading } from './loading/loading-view.tsx';
import { problems } from './problems/problems-view.tsx';
import { ranks } from './ranks/ranks-view.tsx';
import { redundancy } from './redundancy/redundancy-view.tsx';
import { saves } from './saves/saves-view.tsx';
import { strategy } from './strategy/strategy-view.tsx';
import { summary } from './summary/summary-view.tsx';
import { tensors } from './tensors/tensors-view.tsx';
import { values } from './values/values-view.tsx';
import type { View } from './view.ts';

/** In the order of the left panel. */
export const VIEWS: readonly View[] = [
  summary,
  tensors,
  ranks,
  values,
  strategy,
  redundancy,
  saves,
  loading,
  files,
  problems,
  compare,
];

/** Those of the left panel. */
export function viewsOf(checkpoint: CheckpointSummary): readonly View[] {
  return VIEWS.filter((view) => view.listed !== false && isShown(view, checkpoint));
}

function isShown(view: View, checkpoint: CheckpointSummary): boolean {
  return view.shown?.(checkpoint) ?? true;
}

/** The view of an address; the summary where it is not known (or says nothing about this checkpoint). */
export function viewOf(id: string, checkpoint: CheckpointSummary): View {
  return VIEWS.find((view) => view.id === id && isShown(view, checkpoint)) ?? summary;
}
