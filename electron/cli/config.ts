import { resolve } from 'node:path';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import { fitsOf } from '../../shared/loading/fits.ts';
import { type Loading, loadingOf } from '../../shared/loading/loading.ts';
import type { ScenarioId } from '../../shared/loading/scenarios.ts';
import { loadingStream } from '../../shared/loading/stream.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { columns } from './columns.ts';
import type { ConfigOptions } from './commands/inspect.ts';
import { absolute } from './paths.ts';
import { openSession, type Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/**
 * `config`: the YAML that loads a checkpoint in MindSpore Transformers. Exit code 0 where it loads as it is, 1 where
 * something must be done first; without a scenario it says which there are.
 */
export async function config(terminal: Terminal, path: string, options: ConfigOptions): Promise<number> {
  const session = await openSession();
  try {
    const { strategy, fileSuffix, scenario } = options;
    const summary = await session.call('checkpoint.open', {
      path: resolve(path),
      ...(strategy !== undefined && { strategy: resolve(strategy) }),
      ...(fileSuffix !== undefined && { fileSuffix }),
    });
    if (scenario === undefined) return list(terminal, summary);
    const loading = await loadingFor(session, summary, options, scenario);
    if (terminal.json) terminal.document(document(loading));
    else terminal.print(loadingStream(loading));
    return loading.steps.length > 0 ? 1 : 0;
  } finally {
    await session.close();
  }
}

async function loadingFor(
  session: Session,
  summary: CheckpointSummary,
  options: ConfigOptions,
  scenario: ScenarioId,
): Promise<Loading> {
  const { dataParallel, modelParallel, pipelineStages, contextParallel, expertParallel } = options;
  const { dstStrategy, machines, out } = options;
  const target =
    dstStrategy === undefined
      ? undefined
      : await session.call('strategy.read', { path: resolve(dstStrategy) });
  return loadingOf(summary, {
    ...{ scenario, dataParallel, modelParallel, pipelineStages, contextParallel, expertParallel, machines },
    out: absolute(out),
    dstStrategy: target && { path: target.path, parallel: target.parallel },
  });
}

function document({ scenario, target, checks, steps, documents, launch, python }: Loading) {
  return {
    scenario: scenario.id,
    title: scenario.title(),
    ready: steps.length === 0,
    parallel: target.numbers,
    cards: target.cards,
    machines: target.machines,
    checks,
    steps: steps.map(({ title, command, template }) => ({
      title,
      ...(command !== undefined && { command }),
      /** Words in capitals are to be filled in. */
      ...(template && { template }),
    })),
    yaml: documents.join('\n\n---\n'),
    launch,
    python,
  };
}

/** Which scenarios there are, which of them load as it is, and why some do not fit. */
function list(terminal: Terminal, summary: CheckpointSummary): number {
  const fits = fitsOf(summary);
  if (terminal.json) {
    terminal.document(
      fits.map(({ scenario: { id, title, sentence }, ready, fault }) => ({
        ...{ id, title: title(), sentence: sentence(), fits: !fault, ready },
        ...(fault && { fault }),
      })),
    );
    return 0;
  }
  const rows = fits.map(({ scenario, ready, fault }) => [
    scenario.id,
    fault ? 'no' : ready ? 'ready' : 'after',
    fault ? escapeText(fault.message, 500) : scenario.sentence(),
  ]);
  for (const line of columns(rows)) terminal.print(line);
  terminal.note('ready: loads as it is. after: something must be written first. Name one with --scenario.');
  return 0;
}
