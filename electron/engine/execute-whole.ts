import { join } from 'node:path';
import type { Plan } from '../../shared/plan/plan.ts';
import { reportOf } from '../../shared/plan/report.ts';
import { REPORT_NAME } from '../../shared/report.ts';
import { bytesTotal, type ExecuteResult, type Execution, filesOf, withFinalPath } from './execution.ts';
import { type Filled, fillFiles } from './fill-files.ts';
import { checkSources } from './identity.ts';
import { openOutput } from './output.ts';
import { writeReport, writeTexts } from './output-files.ts';
import type { Place } from './output-place.ts';
import { Progress } from './progress.ts';
import { checkCrcs, crcBytesToRead } from './stored-crc.ts';

/** Writes the whole output in a temporary folder of this process, going on where a killed run stopped. */
export async function executeWhole(plan: Plan, place: Place, options: Execution): Promise<ExecuteResult> {
  const { fsync, verify, signal, pool, control, buffer, fingerprint } = options;
  const begun = performance.now();
  const journal = verify ? { fingerprint, buffer } : undefined;
  const output = await openOutput(plan, place, { ...options, journal });
  const progress = new Progress(control, bytesTotal(plan, verify), options.onProgress);
  const files = filesOf(output.target, plan);
  let filled: Filled;
  let left: readonly string[];
  try {
    control.check();
    if (crcBytesToRead(plan.sources) > 0) {
      progress.enter('checking');
      await checkCrcs(plan.sources, { pool, control, signal });
    }
    filled = await fillFiles(plan, output.temporary, {
      ...{ ...options, progress },
      ...{ journal: output.journal, done: output.done, buffer: output.buffer ?? buffer },
    });
    progress.enter('publishing');
    await writeTexts(output.temporary, plan.texts, fsync);
    if (options.report) {
      const bytes = await writeReport(output.temporary, reportOf(plan, options.report, filled), fsync);
      files.push({ path: join(output.target, REPORT_NAME), bytes });
    }
    await checkSources(plan.sources);
    control.check();
    left = await output.publish();
  } catch (error) {
    await output.discard();
    throw withFinalPath(error, output);
  } finally {
    progress.end();
  }
  return {
    files,
    seconds: (performance.now() - begun) / 1000,
    verified: verify,
    takenOver: filled.takenOver,
    ...(filled.casts && { casts: filled.casts }),
    differences: filled.differences,
    notes: [...output.notes, ...left],
  };
}
