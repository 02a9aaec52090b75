import { resolve } from 'node:path';
import type { OpenCheckpoint } from './checkpoint.ts';
import { classify } from './classify.ts';
import type { OpenContext, OpenRequest } from './context.ts';
import { readStrategyAt } from './find-strategy.ts';
import { openComplete } from './open-complete.ts';
import { openFile, openStrategy } from './open-file.ts';
import { openRank } from './open-rank.ts';
import { openRanks } from './open-ranks.ts';

export type { OpenCheckpoint } from './checkpoint.ts';
export type { OpenContext, OpenRequest } from './context.ts';

/**
 * Finds out what a path is, reads every header of it, and puts them together as one model. Reads no tensor
 * data. What can be opened is opened: a damaged or missing file among others becomes a problem of the summary.
 *
 * @throws IO_* for the path itself; ST_*, CK_*, SG_* for a single file; CP_UNKNOWN_KIND, CP_AMBIGUOUS, CP_STEP,
 *   CP_EMPTY; SG_* for a strategy that was named and does not fit; CANCELLED
 */
export async function openCheckpoint(request: OpenRequest, context: OpenContext): Promise<OpenCheckpoint> {
  const path = resolve(request.path);
  const strategy = request.strategy === undefined ? undefined : resolve(request.strategy);
  const asked: OpenRequest = { ...request, path, strategy };
  const found = await classify(path);
  switch (found.type) {
    case 'file':
      return openFile(found, asked, context);
    case 'strategy':
      return openStrategy(await readStrategyAt(found.path, found.paths, 'given', context, 'empty'), context);
    case 'complete':
      return openComplete(found, context);
    case 'rank':
      return openRank(found.path, found.rank, asked, context);
    case 'ranks':
      return openRanks(found, asked, context);
  }
}
