import { basename, dirname } from 'node:path';
import type { Problem } from '../../../shared/checkpoint.ts';
import { refuse, ShardscopeError } from '../../../shared/errors.ts';
import { buildModel } from '../../../shared/model/build.ts';
import { canSalvage } from '../../../shared/safetensors/faults.ts';
import { identify } from '../../../shared/sniff.ts';
import { rangeWords } from '../../../shared/text/ranges.ts';
import type { OpenCheckpoint } from './checkpoint.ts';
import type { FileFound } from './classify.ts';
import { asProblem, type OpenContext, type OpenRequest } from './context.ts';
import { type OpenStrategy, readStrategyAt, strategyOfRank } from './find-strategy.ts';
import type { Entry } from './folder.ts';
import { modelTypeIn } from './model-type.ts';
import { rankOfFolder } from './rank-folders.ts';
import { noteProblems, reportFiles, unreadFiles } from './side-problems.ts';
import { summarize } from './summary.ts';
import { readWeightFiles } from './weight-files.ts';
import { weightFormat } from './weight-names.ts';

/** Enough of a file to tell what it is by its first bytes. */
const START_BYTES = 4096;

/** Opens one file: weights, or a strategy. `.ckpt` is both files' ending; their first byte tells them apart. */
export async function openFile(
  { path, entries = [] }: FileFound,
  request: OpenRequest,
  context: OpenContext,
): Promise<OpenCheckpoint> {
  const task = {
    type: 'read-starts',
    paths: [path],
    length: START_BYTES,
    roots: context.roots ?? [],
  } as const;
  const [start] = await context.pool.run(task, context.signal);
  if (!start || 'fault' in start) {
    if (start) throw new ShardscopeError(start.fault);
    throw new RangeError('no answer about the file');
  }
  const format = weightFormat(path);
  if (isStrategy(path, start.bytes)) {
    return openStrategy(await readStrategyAt(path, [path], 'given', context, 'empty'), context);
  }
  if (format === undefined) refuseUnknown(path, start.bytes, start.size);
  return openWeights(path, entries, request, context);
}

/** A strategy begins with field 1 as a number (0x08); a checkpoint's field 1 is a message (0x0a). */
function isStrategy(path: string, bytes: Uint8Array): boolean {
  if (path.endsWith('.json')) return new TextDecoder().decode(bytes).includes('parallel_');
  return path.endsWith('.ckpt') && (bytes[0] === 0x08 || bytes[0] === 0x7b);
}

async function openWeights(
  path: string,
  entries: readonly Entry[],
  request: OpenRequest,
  context: OpenContext,
): Promise<OpenCheckpoint> {
  const rank = rankOfFile(path);
  // A rank's file on its own is shown as it is stored; only a strategy says which part it is.
  const asRank = rank !== undefined && (request.strategy !== undefined || request.ofRun);
  const source = { path, ...(asRank && { rank }) };
  const weights = await readWeightFiles([source], context, {
    salvage: request.damaged === true,
  });
  const { files, faults } = weights;
  const unread = await unreadFiles(weights);
  const [failed] = faults;
  // What is not there at all cannot be looked at either.
  if (failed && (!request.damaged || files.length + unread.length === 0))
    throw new ShardscopeError(failed.fault);
  const given = await strategyOfRank(request, dirname(dirname(path)), files, context);
  const complete = source.rank === undefined;
  const model = buildModel(files, { complete, ...(given && !complete && { strategy: given.strategy }) });
  const summary = summarize({
    path,
    kind: 'file',
    model,
    complete: complete && rank === undefined,
    modelType: modelTypeIn(dirname(path), context.roots ?? []),
    ...(given && { strategy: given }),
    ...(rank !== undefined && { ranks: [rank] }),
    problems: [
      ...faults.map(({ fault }) => asProblem(fault, 'error')),
      ...noteProblems(weights),
      ...model.problems,
    ],
    sideFiles: [...unread, ...(await reportFiles(entries))],
  });
  return {
    summary: failed ? { ...summary, actions: canSalvage(failed.fault) ? ['salvage'] : [] } : summary,
    model,
    damaged: faults.map(({ fault }) => fault),
    roots: context.roots ?? [],
    ...(given && { strategy: given.strategy }),
  };
}

/** By the folder that it lies in, else by its name. */
function rankOfFile(path: string): number | undefined {
  const folder = rankOfFolder(basename(dirname(path)));
  if (folder !== undefined) return folder;
  const named = /_rank_(\d{1,6})(?=[-_.])/.exec(basename(path))?.[1];
  return named === undefined ? undefined : Number(named);
}

/** A strategy has no weights: its summary is the strategy. */
export function openStrategy(found: OpenStrategy, { roots = [] }: OpenContext): OpenCheckpoint {
  const model = buildModel([], { complete: true });
  const summary = summarize({
    path: found.summary.path,
    kind: 'strategy',
    model,
    complete: true,
    strategy: found,
    problems: [
      ...(found.contradicting ? [asProblem(found.contradicting, 'error')] : []),
      ...gapProblem(found.strategy),
    ],
    sideFiles: found.files.map((file) => ({ ...file, kind: 'strategy' })),
  });
  return { summary, model, strategy: found.strategy, damaged: [], roots };
}

/** What one machine of several wrote is worth looking at, and no job can work with it. */
function gapProblem({ stages }: OpenStrategy['strategy']): readonly Problem[] {
  const missing = stages.flatMap((layouts, stage) => (layouts.size === 0 ? [stage] : []));
  if (missing.length === 0 || missing.length === stages.length) return [];
  return [
    {
      code: 'SG_STAGES',
      severity: 'warning',
      message: `No strategy file is here of pipeline stage ${rangeWords(missing)}: only the layouts of the others are shown.`,
      advice: 'A job needs a file of every stage, or the merged one.',
    },
  ];
}

function refuseUnknown(path: string, bytes: Uint8Array, size: number): never {
  const what = identify(bytes, size);
  refuse(
    'CP_UNKNOWN_KIND',
    `${path} is ${what ? what.what : 'no weight file and no strategy'}.`,
    what?.advice ?? 'Open a .safetensors or .ckpt file, an index, a strategy, or a folder of them.',
    { file: path, expected: 'a .safetensors or .ckpt file', found: what?.what },
  );
}
