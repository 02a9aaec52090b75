import { basename } from 'node:path';
import { type Fault, fault } from '../../../shared/errors.ts';
import { sliceCounts } from '../../../shared/layout/layout.ts';
import type { WeightFile } from '../../../shared/model.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { OpenStrategy } from './find-strategy.ts';
import { redundancyFlag } from './redundancy.ts';

const ADVICE = 'Name the strategy that these weights were saved with.';

/** Why a strategy cannot be the one of these files: too few devices, another model, or other pipeline stages. */
export function misfitOf(open: OpenStrategy, files: readonly WeightFile[]): Fault | undefined {
  const { strategy, summary } = open;
  const devices = strategy.stages.length * strategy.devicesPerStage;
  const beyond = files.flatMap(({ rank }) => (rank !== undefined && rank >= devices ? [rank] : []));
  const highest = Math.max(...files.map(({ rank }) => rank ?? 0));
  if (beyond.length > 0) {
    return fault(
      'SG_DEVICES',
      `The strategy ${basename(summary.path)} is for ${devices} devices (${summary.words}), the folder has ranks up to ${highest}: nothing says what ${rankList(beyond)} should hold.`,
      (highest + 1) % devices === 0 && summary.fileCount === 1
        ? 'With pipeline parallelism each stage has files of its own: name the folder of all of them, or the merged one.'
        : ADVICE,
      { file: summary.path, expected: `ranks 0 to ${devices - 1}`, found: rankList(beyond) },
    );
  }
  const known = files.some(({ header }) =>
    header.tensors.some(({ name }) => strategy.stages.some((stage) => stage.has(name))),
  );
  if (known) return otherStages(open, files);
  if (files.every(({ header }) => header.tensors.length === 0)) return undefined;
  return fault(
    'SG_PARSE',
    `The strategy ${basename(summary.path)} is of another model: not one of its ${summary.parameterCount} parameters is in the weight files.`,
    ADVICE,
    { file: summary.path },
  );
}

/**
 * A strategy of the same model and as many devices, but of other pipeline stages, may fit the shape of every slice:
 * a merge would put slices together that are not of one tensor. The names that ranks hold tell. Only where each rank
 * contradicts, half as much as it agrees, is it sure: a few odd tensors are no reason to refuse the whole.
 */
function otherStages({ strategy, summary }: OpenStrategy, files: readonly WeightFile[]): Fault | undefined {
  // Ranks of a save without redundancy lack parameters by design.
  const headers = redundancyFlag(files) === true ? [] : [...new Set(files.map(({ header }) => header))];
  const saved = new Set(headers.flatMap(({ tensors }) => tensors.map(({ name }) => name)));
  const seen = new Map<WeightFile['header'], Map<number, Odd | undefined>>();
  let first: (Odd & { readonly rank: number }) | undefined;
  for (const { header, rank = 0 } of files) {
    const stage = Math.floor(rank / strategy.devicesPerStage);
    const known = seen.get(header) ?? new Map<number, Odd | undefined>();
    if (!known.has(stage)) known.set(stage, oddAt(header, stage, strategy, saved));
    seen.set(header, known);
    const odd = known.get(stage);
    if (!odd) return undefined;
    first ??= { ...odd, rank };
  }
  if (!first || (first.foreign === 0 && !hasReplicas(strategy, files))) return undefined;
  const { rank, name, foreign, lacking } = first;
  const said = `${basename(summary.path)} (${summary.words})`;
  return fault(
    'SG_STAGES',
    foreign > 0
      ? `The strategy ${said} is of another layout: it gives ${formatCount(foreign)} of the parameters on rank ${rank}, first '${escapeText(name)}', to other pipeline stages.`
      : `The strategy ${said} is of another layout: it gives rank ${rank} ${formatCount(lacking)} parameters, first '${escapeText(name)}', that are not in its file.`,
    ADVICE,
    { file: summary.path, tensor: name, rank },
  );
}

/** Parameters of a rank that its stage does not have, and of its stage that the rank has not. */
interface Odd {
  readonly foreign: number;
  readonly lacking: number;
  readonly name: string;
}

function oddAt(
  { tensors }: WeightFile['header'],
  stage: number,
  { stages }: Strategy,
  saved: ReadonlySet<string>,
): Odd | undefined {
  const layouts: ReadonlyMap<string, unknown> = stages[stage] ?? new Map();
  const names = new Set(tensors.map(({ name }) => name));
  const others = [...names].filter((name) => !layouts.has(name));
  const foreign = others.filter((name) => stages.some((other) => other.has(name)));
  const lacking = [...layouts.keys()].filter((name) => saved.has(name) && !names.has(name));
  const [name] = [...foreign, ...lacking];
  const own = names.size - others.length;
  if (name === undefined || (foreign.length + lacking.length) * 2 < own) return undefined;
  return { foreign: foreign.length, lacking: lacking.length, name };
}

/** A parameter that no axis cuts lies on several ranks of a stage: redundancy was not removed. */
function hasReplicas({ stages, devicesPerStage }: Strategy, files: readonly WeightFile[]): boolean {
  return stages.some((layouts, stage) => {
    const whole = [...layouts].find(([, layout]) =>
      sliceCounts(layout, layout.tensorMap.length).every((count) => count === 1),
    );
    const holders = files.filter(
      ({ rank = 0, header }) =>
        Math.floor(rank / devicesPerStage) === stage &&
        header.tensors.some(({ name }) => name === whole?.[0]),
    );
    return holders.length > 1;
  });
}
