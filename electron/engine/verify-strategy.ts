import type { JobResult } from '../../shared/jobs.ts';
import type { OpenCheckpoint } from './open/open.ts';

/**
 * What opening a strategy by itself has checked: that its files parse, that each layout means something, that files
 * of one pipeline stage agree, and that all are for as many devices.
 */
export function strategyResult({ summary, strategy }: OpenCheckpoint): JobResult {
  const { stages = [], devicesPerStage = 1 } = strategy ?? {};
  const covered = stages.flatMap((layouts, stage) => (layouts.size > 0 ? [stage] : []));
  const { problems } = summary;
  return {
    out: summary.path,
    files: summary.files.map(({ path, size }) => ({ path, bytes: size })),
    tensors: 0,
    bytes: summary.files.reduce((sum, { size }) => sum + size, 0),
    seconds: 0,
    verified: !problems.some(({ severity }) => severity === 'error'),
    warnings: problems.map(({ message }) => message),
    problems,
    strategy: {
      parameters: summary.strategy?.parameterCount ?? 0,
      stages: covered,
      devicesPerStage,
      words: summary.strategy?.words ?? '',
    },
  };
}
