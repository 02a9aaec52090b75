import { Button, Skeleton } from '@mantine/core';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import type { JobName } from '../../shared/job-options.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { FaultNote } from '../parts/fault-note.tsx';
import { sentence } from '../parts/sentence.ts';
import { useLate } from '../parts/use-late.ts';
import { StrategyLinks } from '../picker/strategy-links.tsx';
import { useApp } from '../store/app-store.ts';
import { type DraftOf, isFinished, takesStrategy } from '../store/drafts.ts';
import css from './conversion.module.css';
import { CONVERSION_JOBS } from './jobs/index.ts';
import { OptionsFold } from './options-fold.tsx';
import { OutField } from './out-field.tsx';
import { OutputTable } from './output-table.tsx';
import { PlanFacts } from './plan-facts.tsx';
import { refusal } from './refusal.ts';
import { Saving } from './saving.tsx';

interface ConversionFormProps<J extends JobName> {
  readonly draft: DraftOf<J>;
  readonly checkpoint: CheckpointSummary;
}

export function ConversionForm<J extends JobName>({ draft, checkpoint }: ConversionFormProps<J>) {
  // Where the last change was refused, the plan before it says nothing any more.
  const plan = useApp((state) => (state.planFault ? undefined : state.plan));
  const fault = useApp((state) => state.planFault);
  const busy = useApp((state) => state.draftBusy);
  const readOnly = useApp((state) => state.info?.readOnly ?? false);
  const start = useApp((state) => state.startDraft);
  const close = useApp((state) => state.closeDraft);
  const finished = isFinished(draft);
  const late = useLate(finished && plan === undefined && fault === undefined);
  const { Asked, verb } = CONVERSION_JOBS[draft.job];
  const why = refusal({ plan, fault, busy, finished, overwrite: draft.overwrite ?? false, readOnly });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (why === undefined) void start();
      }}
    >
      <div className={css.content}>
        {Asked && <Asked draft={draft} />}
        {plan && plan.facts.length > 0 && <p className={css.facts}>{plan.facts.map(sentence).join(' ')}</p>}
        {late && <Waiting />}
        {fault && (
          <FaultNote fault={fault} alert>
            {fault.code.startsWith('SG_') && takesStrategy(draft) && (
              <StrategyLinks label="Name a strategy" />
            )}
          </FaultNote>
        )}
        {plan?.redundancy && <Saving {...plan.redundancy} />}
        {plan && <OutputTable plan={plan} />}
        {(plan !== undefined || draft.out !== undefined) && <OutField />}
        {plan && <PlanFacts plan={plan} distributed={checkpoint.ranks.length > 0} />}
        {plan?.warnings.map((warning) => (
          <p key={warning} className={css.warning}>
            {sentence(warning)}
          </p>
        ))}
        <OptionsFold draft={draft} checkpoint={checkpoint} />
      </div>
      <div className={css.footer}>
        {plan && (
          <div className={css.command}>
            <CommandLine text={plan.commandLine} />
            <CopyButton text={plan.commandLine} label="Copy the command line" />
          </div>
        )}
        <div className={css.actions}>
          {why !== undefined && busy === undefined && fault === undefined && (
            <span className={css.reason} id="conversion-reason">
              {why}
            </span>
          )}
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={why !== undefined}
            title={why}
            aria-describedby={why === undefined ? undefined : 'conversion-reason'}
            loading={busy === 'starting'}
          >
            {verb(checkpoint)}
          </Button>
        </div>
      </div>
    </form>
  );
}

/** The command that does the same, broken between its words only. */
function CommandLine({ text }: { readonly text: string }) {
  const shown = escapeText(text, 4096);
  return (
    <code title={shown}>
      {[...shown.matchAll(/\S+/g)].map(({ 0: word, index }) => (
        <span key={index}>{word} </span>
      ))}
    </code>
  );
}

function Waiting() {
  return (
    <div role="status" aria-busy="true" aria-label="Working out what would be written">
      {[92, 60, 100, 97, 99].map((width) => (
        <Skeleton key={width} height={10} width={`${width}%`} mb={12} />
      ))}
    </div>
  );
}
