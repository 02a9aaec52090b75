import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { formatBytes, formatCount, formatParameters } from '../../../shared/text/units.ts';
import { counted, listed, newestWhole, saveWords, share } from '../../parts/words.ts';

/** One figure of the strip above the views, with what it means. */
export interface Glance {
  readonly value: string;
  readonly label: string;
  /** The exact number, on hover. */
  readonly exact?: string;
  readonly warn?: boolean;
}

/** What one wants to know first, in at most five figures. */
export function glance(summary: CheckpointSummary): readonly Glance[] {
  if (summary.kind === 'strategy') return strategyGlance(summary);
  return [parameters(summary), size(summary), spread(summary), dtypes(summary), save(summary)].filter(
    (one) => one !== undefined,
  );
}

function strategyGlance({ strategy }: CheckpointSummary): Glance[] {
  if (strategy === undefined) return [];
  const { stageCount, devicesPerStage, parameterCount, fileCount, words } = strategy;
  return [
    { value: counted(stageCount * devicesPerStage, 'rank'), label: words },
    { value: counted(stageCount, 'stage'), label: `of ${counted(devicesPerStage, 'rank')} each` },
    { value: formatCount(parameterCount), label: 'parameters with a layout' },
    { value: counted(fileCount, 'file'), label: 'with the strategy' },
  ];
}

function parameters({ parameterCount, countsAreWhole }: CheckpointSummary): Glance {
  return {
    value: formatParameters(parameterCount),
    label: countsAreWhole ? 'parameters' : 'parameters as stored; cut tensors count as they lie',
    exact: `${formatCount(parameterCount)} parameters`,
  };
}

function size(summary: CheckpointSummary): Glance {
  const { byteCount, storedByteCount, countsAreWhole, fileCount } = summary;
  const exact = `${formatCount(byteCount)} bytes`;
  if (summary.ranks.length === 0)
    return { value: formatBytes(byteCount), label: `in ${counted(fileCount, 'file')}`, exact };
  if (!countsAreWhole)
    return {
      value: formatBytes(storedByteCount),
      label: 'here; the merged size needs a strategy',
      exact: `${formatCount(storedByteCount)} bytes`,
    };
  return {
    value: formatBytes(byteCount),
    label:
      storedByteCount === byteCount
        ? 'once merged, and here'
        : `once merged; ${formatBytes(storedByteCount)} here`,
    exact: `${exact} once merged, ${formatCount(storedByteCount)} bytes here`,
  };
}

function spread({
  ranks,
  missingRanks,
  strategy,
  tensorCount,
  hyperCount,
  stageCount,
}: CheckpointSummary): Glance {
  if (ranks.length === 0)
    return {
      value: counted(tensorCount, 'tensor'),
      label: hyperCount > 0 ? `${formatCount(hyperCount)} of them hyper parameters` : 'each of them whole',
    };
  if (missingRanks.length > 0)
    return {
      value: `${formatCount(ranks.length)} of ${counted(ranks.length + missingRanks.length, 'rank')}`,
      label: `${formatCount(missingRanks.length)} missing`,
      warn: true,
    };
  const stages = stageCount > 1 ? `, ${stageCount} stages` : '';
  return {
    value: counted(ranks.length, 'rank'),
    label: strategy?.words ?? `no strategy found${stages}`,
    warn: strategy === undefined,
  };
}

function dtypes({ dtypes: all, byteCount }: CheckpointSummary): Glance | undefined {
  const bySize = [...all].sort((a, b) => b.bytes - a.bytes);
  const [first, second] = bySize;
  if (first === undefined) return undefined;
  if (second === undefined) return { value: first.dtype, label: 'every tensor' };
  const exact = bySize.map((one) => `${one.dtype}: ${formatCount(one.bytes)} bytes`).join('\n');
  if (bySize.length > 2)
    return {
      value: `${first.dtype}, ${second.dtype}`,
      label: `and ${counted(bySize.length - 2, 'more type')}; ${first.dtype} is ${share(first.bytes, byteCount)}`,
      exact,
    };
  return {
    value: `${first.dtype}, ${second.dtype}`,
    label: listed([formatBytes(first.bytes), formatBytes(second.bytes)]),
    exact,
  };
}

function save(summary: CheckpointSummary): Glance | undefined {
  const { optimizer, byteCount, saves, ranks } = summary;
  const newest = saves.at(-1);
  const whole = newestWhole(summary);
  if (newest !== undefined && newest.suffix !== '') {
    if (whole === undefined) return { value: 'no step', label: 'that every rank has', warn: true };
    return whole === newest
      ? {
          value: saveWords(whole),
          label: saves.length > 1 ? `newest of ${saves.length} saves` : 'the only save',
        }
      : { value: saveWords(whole), label: 'newest on every rank', warn: true };
  }
  if (optimizer.tensors > 0)
    return {
      value: formatBytes(optimizer.bytes),
      label: `optimizer state, ${share(optimizer.bytes, byteCount)}`,
    };
  return ranks.length === 0 ? undefined : { value: 'weights only', label: 'no optimizer state' };
}
