import { refuse } from '../../../shared/errors.ts';
import type { JobDraft } from '../../../shared/job-options.ts';
import { bytesCompared, preferRank, withReplicas } from '../../../shared/plan/replicas.ts';
import type { ReplicaDifference } from '../../../shared/replica-difference.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import type { Prepared } from './prepared.ts';

/**
 * Plans a job that was perhaps asked to compare copies (`checkReplicas`), or to take one rank's where they differ
 * (`onConflict`): then that rank's are taken wherever there is a choice.
 *
 * @throws SG_DEVICES for a rank that has no file; what `plan` refuses
 */
export async function comparingCopies(
  open: OpenCheckpoint,
  options: JobDraft,
  plan: (open: OpenCheckpoint) => Promise<Prepared>,
): Promise<Prepared> {
  if (!('checkReplicas' in options)) return plan(open);
  const { checkReplicas, onConflict } = options;
  if (onConflict !== undefined) checkRank(onConflict, open);
  else if (!checkReplicas) return plan(open);
  const model = onConflict === undefined ? open.model : preferRank(open.model, onConflict);
  const prepared = await plan({ ...open, model });
  const compared = withReplicas(prepared.plan, model);
  return {
    ...prepared,
    plan: { ...compared, ...(onConflict !== undefined && { onConflict }) },
    facts: [...prepared.facts, fact(bytesCompared(compared), onConflict)],
  };
}

function checkRank(rank: number, { summary: { ranks } }: OpenCheckpoint): void {
  if (ranks.includes(rank)) return;
  refuse(
    'SG_DEVICES',
    ranks.length === 0
      ? `rank ${rank} was asked for, but these are complete weights`
      : `rank ${rank} was asked for, there is ${rankList(ranks)}`,
    'Name a rank that has a folder (--on-conflict rank=K), or leave the option out.',
    { rank, expected: ranks.length === 0 ? 'rank folders' : rankList(ranks), found: `rank ${rank}` },
  );
}

function fact(bytes: number, onConflict: number | undefined): string {
  if (bytes === 0) return 'No slice is on more than one rank: there are no copies to compare.';
  const choice = onConflict === undefined ? '' : ` Where they differ, rank ${onConflict}'s count.`;
  return `Copies on other ranks are compared on the way, ${formatBytes(bytes)}.${choice}`;
}

/** What was decided by `onConflict`. */
export function differenceWarnings(done: { readonly differences: readonly ReplicaDifference[] }): string[] {
  const [first] = done.differences;
  if (!first) return [];
  const { tensor, ranks } = first;
  const copies =
    done.differences.length === 1
      ? '1 copy differs'
      : `${formatCount(done.differences.length)} copies differ`;
  return [
    `${copies} from rank ${ranks[0]}'s, which was taken as asked for: first of '${escapeText(tensor)}' on rank ${ranks[1]}.`,
  ];
}
