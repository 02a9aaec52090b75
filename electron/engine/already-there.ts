import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bytesMoved, type OutputFile, type OutputText, type Plan } from '../../shared/plan/plan.ts';
import { shareOf } from '../../shared/plan/shares.ts';
import { parseReport, REPORT_NAME, type Report } from '../../shared/report.ts';
import { type ExecuteOptions, type ExecuteResult, publishedFiles } from './execution.ts';
import { type Fingerprint, fingerprintId } from './fingerprint.ts';
import { hasLiterals } from './output-files.ts';
import { untilPublished } from './shared-output.ts';

/**
 * What a share (or `finish`) gives that begins when the others have published: a share that is repeated, or has
 * no files of its own. Undefined where the output is not there, and where its report does not prove that it is of
 * the same job: that is for `findPlace` to refuse. Without a report nothing proves it, but a share without files
 * has nothing to prove. With `overwrite`, what is there is to be written again, whatever it is.
 */
export async function alreadyThere(
  plan: Plan,
  fingerprint: Fingerprint,
  { split, finish, overwrite, out }: ExecuteOptions,
): Promise<ExecuteResult | undefined> {
  if ((!split && !finish) || overwrite) return undefined;
  const begun = performance.now();
  const target = resolve(out);
  const own = split ? shareOf(plan, split) : plan;
  await untilPublished(target, fingerprint);
  const report = await reportIn(target);
  const isSame = report ? report.fingerprint === fingerprintId(fingerprint) : own.outputs.length === 0;
  if (!isSame || !(await hasLiterals(target, [...plan.outputs, ...plan.texts.map(asOutput)])))
    return undefined;
  return {
    files: await publishedFiles(target, plan, report !== undefined),
    seconds: (performance.now() - begun) / 1000,
    verified: report?.verified ?? false,
    takenOver: { bytes: bytesMoved(own), files: own.outputs.length },
    differences: [],
    ...(split && { shares: { count: split.count, finished: split.count, published: true } }),
    alreadyThere: true,
    notes: [],
  };
}

async function reportIn(folder: string): Promise<Report | undefined> {
  const path = join(folder, REPORT_NAME);
  try {
    // A pipe of that name would be waited on for ever.
    return (await stat(path)).isFile() ? parseReport(await readFile(path, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

function asOutput({ path, text }: OutputText): OutputFile {
  const bytes = Buffer.from(text);
  return { path, literals: [{ offset: 0, bytes }], size: bytes.length, tensorCount: 0 };
}
