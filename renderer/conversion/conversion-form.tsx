import { Button, Skeleton } from '@mantine/core';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import type { JobName } from '../../shared/job-options.ts';
import { t } from '../language/t.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { sentence } from '../parts/sentence.ts';
import { Sizes } from '../parts/size.tsx';
import { useLate } from '../parts/use-late.ts';
import { StrategyLinks } from '../picker/strategy-links.tsx';
import { useApp } from '../store/app-store.ts';
import { type DraftOf, lacks, takesStrategy } from '../store/drafts.ts';
import { useWorkspace } from '../store/workspace.ts';
import css from './conversion.module.css';
import { DialogFooter } from './dialog-footer.tsx';
import { CONVERSION_JOBS } from './jobs/index.ts';
import { OptionsFold } from './options-fold.tsx';
import { OutPath } from './out-path.tsx';
import { OutputTable } from './output-table.tsx';
import { PlanFacts } from './plan-facts.tsx';
import { refusal } from './refusal.ts';
import { Saving } from './saving.tsx';
import { Shares, weightFiles } from './shares.tsx';

interface ConversionFormProps<J extends JobName> {
  readonly draft: DraftOf<J>;
  readonly checkpoint: CheckpointSummary;
}

export function ConversionForm<J extends JobName>({ draft, checkpoint }: ConversionFormProps<J>) {
  // Where the last change was refused, the plan before it says nothing any more.
  const plan = useApp((state) => (state.planFault ? undefined : state.plan));
  const fault = useApp((state) => state.planFault);
  const busy = useApp((state) => state.draftBusy);
  const readOnly = useWorkspace((state) => state.info?.readOnly ?? false);
  const start = useApp((state) => state.startDraft);
  const close = useApp((state) => state.closeDraft);
  const change = useApp((state) => state.changeDraft);
  const proposed = useApp((state) => state.plan?.out);
  const out = draft.out ?? proposed;
  const lacking = lacks(draft);
  const late = useLate(lacking === undefined && plan === undefined && fault === undefined);
  const { Asked, verb } = CONVERSION_JOBS[draft.job];
  const why = refusal({ plan, fault, busy, lacking, overwrite: draft.overwrite ?? false, readOnly });
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
              <StrategyLinks label={t('Name a strategy')} />
            )}
          </FaultNote>
        )}
        {plan?.redundancy && <Saving {...plan.redundancy} />}
        {plan && <OutputTable plan={plan} />}
        {out !== undefined && (
          <OutPath
            what="folder"
            out={out}
            onChange={(chosen) => change({ out: chosen })}
            taken={plan?.outExists ?? false}
            overwrite={draft.overwrite ?? false}
            onOverwrite={(overwrite) => change({ overwrite })}
          />
        )}
        {plan && (
          <PlanFacts plan={plan} eachSliceOnce={checkpoint.ranks.length > 0 && takesStrategy(draft)} />
        )}
        {plan?.warnings.map((warning) => (
          <p key={warning} className={css.warning}>
            {sentence(warning)}
          </p>
        ))}
        <OptionsFold draft={draft} checkpoint={checkpoint} />
        {plan && weightFiles(plan) > 1 && <Shares draft={draft} plan={plan} />}
      </div>
      <DialogFooter
        commandLine={plan?.commandLine}
        onCancel={close}
        reason={
          why !== undefined &&
          busy === undefined &&
          fault === undefined && (
            <span className={css.reason} id="conversion-reason">
              <Sizes text={why} bytes={[plan ? plan.bytesWritten - plan.freeBytes : 0]} />
            </span>
          )
        }
      >
        <Button
          type="submit"
          disabled={why !== undefined}
          title={why}
          aria-describedby={why === undefined ? undefined : 'conversion-reason'}
          loading={busy === 'starting'}
        >
          {verb(checkpoint)}
        </Button>
      </DialogFooter>
    </form>
  );
}

function Waiting() {
  return (
    <div role="status" aria-busy="true" aria-label={t('Working out what would be written')}>
      {[92, 60, 100, 97, 99].map((width) => (
        <Skeleton key={width} height={10} width={`${width}%`} mb={12} />
      ))}
    </div>
  );
}
