import { dirname } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { countsOf } from '../../../shared/plan/counts.ts';
import { outputPieces, type Plan } from '../../../shared/plan/plan.ts';
import type { ReportRequest } from '../../../shared/plan/report.ts';
import type { OpenCheckpoint } from '../open/open.ts';

/**
 * What the report of a job says beside its plan. Of the options, those that the output depends on: the same job
 * with other threads or buffers leaves the same report.
 */
export function reportRequest(
  { model, summary }: OpenCheckpoint,
  request: object,
  plan: Plan,
): Omit<ReportRequest, 'fingerprint'> {
  return {
    shardscope: packageJson.version,
    // As JSON has them: options that were not given are not there.
    options: JSON.parse(JSON.stringify(request)),
    root: summary.kind === 'file' ? dirname(summary.path) : summary.path,
    counts: countsOf(plan, model),
  };
}

/** A tensor's line has about 200 bytes, with one or two sources; a source file's 120. */
const TENSOR_LINE = 200;
const SOURCE_LINE = 120;

/** About how long the report will be: exact would mean to make all of it for each preview. */
export function aboutReportBytes(plan: Plan): number {
  return outputPieces(plan).length * TENSOR_LINE + plan.sources.length * SOURCE_LINE;
}
