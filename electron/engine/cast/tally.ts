import { refuse } from '../../../shared/errors.ts';
import type { CastFindings, CastTensor } from '../../../shared/jobs.ts';
import type { Move, Plan } from '../../../shared/plan/plan.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { addCasts, type TileCasts } from './tile-casts.ts';

/** Tensors that a result names. */
const NAMED = 20;

/** What several runs met that each cast other tensors of a plan, in the order of the plan. */
export function joinFindings(plan: Plan, findings: readonly CastFindings[]): CastFindings | undefined {
  if (findings.length === 0) return undefined;
  const order = new Map(plan.moves.map(({ to }, i) => [to[0]?.tensor, i]));
  const sum = (of: 'nans' | 'overflows' | 'tensorCount') =>
    findings.reduce((total, one) => total + one[of], 0);
  const tensors = findings.flatMap((one) => one.tensors);
  tensors.sort((a, b) => (order.get(a.tensor) ?? 0) - (order.get(b.tensor) ?? 0));
  return {
    nans: sum('nans'),
    overflows: sum('overflows'),
    tensorCount: sum('tensorCount'),
    tensors: tensors.slice(0, NAMED),
  };
}

/** Collects what the casts of all moves of a plan met. */
export class CastTally {
  readonly #plan: Plan;
  readonly #met = new Map<Move, TileCasts>();
  /** A value became infinite and the plan allows none. */
  failed = false;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  add(move: Move, casts: TileCasts): void {
    this.#met.set(move, addCasts(this.#met.get(move), casts));
    if (this.#plan.failOnOverflow === true && casts.overflows > 0) this.failed = true;
  }

  /** Undefined when nothing was cast. */
  findings(): CastFindings | undefined {
    if (this.#met.size === 0) return undefined;
    const tensors = [...this.#tensors()].filter(({ nans, overflows }) => nans + overflows > 0);
    const sum = (of: 'nans' | 'overflows') => tensors.reduce((total, tensor) => total + tensor[of], 0);
    return {
      overflows: sum('overflows'),
      nans: sum('nans'),
      tensorCount: tensors.length,
      tensors: tensors.slice(0, NAMED),
    };
  }

  /** Refuses CP_OVERFLOW with the first value that became infinite, in the order of the plan. */
  check(): void {
    if (!this.failed) return;
    for (const { tensor, to, firstOverflow } of this.#tensors()) {
      if (!firstOverflow) continue;
      const { index, value } = firstOverflow;
      refuse(
        'CP_OVERFLOW',
        `'${escapeText(tensor)}' [${index.join(', ')}] is ${value}, too large for ${to}: it would become infinite`,
        'Choose a dtype of wider range, or allow values to become infinite. Nothing was written.',
        { tensor, expected: `a value that ${to} can hold`, found: String(value) },
      );
    }
  }

  /** In the order of the plan, whatever order the threads were in. */
  *#tensors(): Generator<CastTensor> {
    for (const move of this.#plan.moves) {
      const met = this.#met.get(move);
      const [from] = move.from;
      const [to] = move.to;
      if (!met || !from || !to) continue;
      const { first, nans, overflows } = met;
      const pair = { from: from.dtype, to: to.dtype };
      yield { tensor: to.tensor, ...pair, nans, overflows, ...(first && { firstOverflow: first }) };
    }
  }
}
