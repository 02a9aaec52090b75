import { jobTitle } from '../../shared/job-title.ts';
import { formatShape } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { stageWords } from '../parts/stage-button.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { saveWords } from '../parts/words.ts';
import { useApp, useAppStore } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';
import { viewOf } from '../views/index.ts';

/** Things of a kind that are shown, at most. */
const MOST = 20;
/** Typing settles before the engine is asked, in milliseconds. */
const SETTLE = 120;

/** Something of the open checkpoint, or of the host, that a text finds. */
export interface Found {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  go(): void;
}

export interface FoundGroup {
  readonly title: string;
  readonly found: readonly Found[];
}

/** Tensors, ranks, stages, saves, files and jobs that a text finds; tensors by the filter language, as the engine knows it. */
export function useFound(text: string): readonly FoundGroup[] {
  const query = text.trim();
  const groups = [
    useTensors(query),
    useRanks(query),
    useStages(query),
    useSaves(query),
    useFiles(query),
    useJobs(query),
  ];
  return query === '' ? [] : groups.filter(({ found }) => found.length > 0);
}

/** Every word of a text occurs, whatever the case. */
export function hasWords(label: string, query: string): boolean {
  const lower = label.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

function useTensors(query: string): FoundGroup {
  const store = useAppStore();
  const checkpoint = useApp((state) => state.checkpoint?.id);
  const { value = [] } = useAsked<readonly Found[]>(`${checkpoint} ${query}`, async (signal, take) => {
    if (query === '' || checkpoint === undefined) return take([]);
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
    if (signal.aborted) return;
    const rows = await store.getState().findTensors(query, MOST, signal);
    take(
      rows.map(({ name, dtype, shape }) => ({
        id: `tensor-${name}`,
        label: name,
        description: `${dtype} ${formatShape(shape)}`,
        go: () => {
          const { showView, selectName } = store.getState();
          showView('tensors');
          selectName(name);
        },
      })),
    );
  });
  return { title: t('Tensors'), found: value };
}

function useRanks(query: string): FoundGroup {
  const store = useAppStore();
  const ranks = useApp((state) => state.checkpoint?.ranks) ?? [];
  const rank = Number(/\d+$/.exec(query)?.[0]);
  const label = t('Rank {{rank}}', { rank });
  const meant = query === String(rank) || query.toLowerCase() === label.toLowerCase();
  if (!meant || !ranks.includes(rank)) return { title: t('Ranks'), found: [] };
  const go = () => {
    store.getState().showView('ranks');
    store.getState().showValues({ rank, slice: undefined });
  };
  return { title: t('Ranks'), found: [{ id: `rank-${rank}`, label, go }] };
}

function useStages(query: string): FoundGroup {
  const store = useAppStore();
  const strategy = useApp((state) => state.checkpoint?.strategy);
  const { stageCount = 1, devicesPerStage = 1 } = strategy ?? {};
  const stages = stageCount > 1 && query !== '' ? [...Array(stageCount).keys()] : [];
  const found = stages
    .filter((stage) => hasWords(t('Stage {{stage}}', { stage }), query))
    .slice(0, MOST)
    .map((stage) => ({
      id: `stage-${stage}`,
      label: stageWords(stage, devicesPerStage),
      go: () => {
        const { checkpoint, showView, showStage } = store.getState();
        showView(checkpoint && viewOf('ranks', checkpoint).id === 'ranks' ? 'ranks' : 'strategy');
        showStage(stage);
      },
    }));
  return { title: t('Stages'), found };
}

function useSaves(query: string): FoundGroup {
  const store = useAppStore();
  const saves = useApp((state) => state.checkpoint?.saves) ?? [];
  const found = (query === '' ? [] : saves)
    .filter((save) => save.suffix !== '' && hasWords(`${saveWords(save)} ${save.suffix}`, query))
    .slice(-MOST)
    .toReversed()
    .map((save) => ({
      id: `save-${save.suffix}`,
      label: saveWords(save),
      description: save.suffix,
      go: () => {
        store.getState().showView('saves');
        store.getState().pickSave(save.suffix);
      },
    }));
  return { title: t('Training saves'), found };
}

function useFiles(query: string): FoundGroup {
  const store = useAppStore();
  const files = useApp((state) => state.checkpoint?.files) ?? [];
  const found: Found[] = [];
  for (const { name } of query === '' ? [] : files) {
    if (found.length === MOST) break;
    if (!hasWords(name, query)) continue;
    found.push({
      id: `file-${name}`,
      label: name,
      go: () => {
        store.getState().showView('files');
        store.getState().pickFile(name);
      },
    });
  }
  return { title: t('Files'), found };
}

function useJobs(query: string): FoundGroup {
  const store = useAppStore();
  const jobs = useWorkspace((state) => state.jobs);
  const showPath = useWorkspace((state) => state.showPath);
  const compares = useApp(({ checkpoint }) => checkpoint && viewOf('compare', checkpoint).id === 'compare');
  const found = jobs.flatMap((job): Found[] => {
    const title = jobTitle(job);
    if (job.state !== 'done' || !hasWords(title, query)) return [];
    const { comparison, out } = job.result;
    const go = comparison
      ? () => {
          store.getState().showComparison(job);
          store.getState().showView('compare');
        }
      : () => showPath(out);
    // What verified a checkpoint has nothing to go to, and a comparison needs a checkpoint around it.
    return job.kind === 'verify' || (comparison && !compares)
      ? []
      : [{ id: `job-${job.id}`, label: title, go }];
  });
  return { title: t('Jobs'), found: found.slice(0, MOST) };
}
