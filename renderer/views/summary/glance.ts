import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { formatBytes, formatCount, formatParameters } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { translated } from '../../language/translated.ts';
import { heldRanks, listed, newestWhole, saveWords, share } from '../../parts/words.ts';

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
    { value: t('{{count}} ranks', { count: stageCount * devicesPerStage }), label: translated(words) },
    {
      value: t('{{count}} stages', { count: stageCount }),
      label: t('of {{count}} ranks each', { count: devicesPerStage }),
    },
    { value: formatCount(parameterCount), label: t('parameters with a layout') },
    { value: t('{{count}} files', { count: fileCount }), label: t('with the strategy') },
  ];
}

function parameters({ parameterCount, countsAreWhole }: CheckpointSummary): Glance {
  return {
    value: formatParameters(parameterCount),
    label: countsAreWhole ? t('parameters') : t('parameters as stored; cut tensors count as they lie'),
    exact: t('{{count}} parameters', { count: parameterCount }),
  };
}

function size(summary: CheckpointSummary): Glance {
  const { byteCount, storedByteCount, countsAreWhole, fileCount } = summary;
  const exact = t('{{count}} bytes', { count: byteCount });
  if (summary.ranks.length === 0)
    return { value: formatBytes(byteCount), label: t('in {{count}} files', { count: fileCount }), exact };
  if (!countsAreWhole)
    return {
      value: formatBytes(storedByteCount),
      label: t('here; the merged size needs a strategy'),
      exact: t('{{count}} bytes', { count: storedByteCount }),
    };
  return {
    value: formatBytes(byteCount),
    label:
      storedByteCount === byteCount
        ? t('once merged, and here')
        : t('once merged; {{size}} here', { size: formatBytes(storedByteCount) }),
    exact: t('{{merged}} once merged, {{stored}} here', {
      merged: exact,
      stored: t('{{count}} bytes', { count: storedByteCount }),
    }),
  };
}

function spread(summary: CheckpointSummary): Glance {
  const { ranks, missingRanks, strategy, tensorCount, hyperCount, stageCount } = summary;
  const held = heldRanks(summary).length;
  if (ranks.length === 0)
    return {
      value: t('{{count}} tensors', { count: tensorCount }),
      label:
        hyperCount > 0
          ? t('{{number}} of them hyper parameters', { number: formatCount(hyperCount) })
          : t('each of them whole'),
    };
  if (missingRanks.length > 0)
    return {
      value: t('{{part}} of {{whole}}', {
        part: formatCount(held),
        whole: t('{{count}} ranks', { count: held + missingRanks.length }),
      }),
      label: t('{{number}} missing', { number: formatCount(missingRanks.length) }),
      warn: true,
    };
  const unknown =
    stageCount > 1 ? t('no strategy found, {{count}} stages', { count: stageCount }) : t('no strategy found');
  return {
    value: t('{{count}} ranks', { count: ranks.length }),
    label: strategy ? translated(strategy.words) : unknown,
    warn: strategy === undefined,
  };
}

function dtypes({ dtypes: all, byteCount }: CheckpointSummary): Glance | undefined {
  const bySize = [...all].sort((a, b) => b.bytes - a.bytes);
  const [first, second] = bySize;
  if (first === undefined) return undefined;
  if (second === undefined) return { value: first.dtype, label: t('every tensor') };
  const exact = bySize.map((one) => `${one.dtype}: ${t('{{count}} bytes', { count: one.bytes })}`).join('\n');
  if (bySize.length > 2)
    return {
      value: `${first.dtype}, ${second.dtype}`,
      label: t('and {{types}}; {{dtype}} is {{share}}', {
        types: t('{{count}} more types', { count: bySize.length - 2 }),
        dtype: first.dtype,
        share: share(first.bytes, byteCount),
      }),
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
    if (whole === undefined) return { value: t('no step'), label: t('that every rank has'), warn: true };
    return whole === newest
      ? {
          value: saveWords(whole),
          label:
            saves.length > 1 ? t('newest of {{count}} saves', { count: saves.length }) : t('the only save'),
        }
      : { value: saveWords(whole), label: t('newest on every rank'), warn: true };
  }
  if (optimizer.tensors > 0)
    return {
      value: formatBytes(optimizer.bytes),
      label: t('optimizer state, {{share}}', { share: share(optimizer.bytes, byteCount) }),
      exact: t('{{count}} bytes', { count: optimizer.bytes }),
    };
  return ranks.length === 0 ? undefined : { value: t('weights only'), label: t('no optimizer state') };
}
