import { Button, Modal, Skeleton } from '@mantine/core';
import { escapeText } from '../../shared/text/escape.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { FaultNote } from '../parts/fault-note.tsx';
import { sentence } from '../parts/sentence.ts';
import { useLate } from '../parts/use-late.ts';
import { counted } from '../parts/words.ts';
import { StrategyLinks } from '../picker/strategy-links.tsx';
import { useApp } from '../store/app-store.ts';
import css from './merge.module.css';
import { MergeOptions } from './merge-options.tsx';
import { OutField } from './out-field.tsx';
import { OutputTable } from './output-table.tsx';
import { PlanFacts } from './plan-facts.tsx';
import { refusal } from './refusal.ts';

/** Merging: what was found, what will be written and where; everything can be changed, nothing needs to be. */
export function MergeDialog() {
  const draft = useApp((state) => state.mergeDraft);
  const picking = useApp((state) => state.picking);
  const ranks = useApp((state) => state.checkpoint?.ranks.length ?? 0);
  const close = useApp((state) => state.closeMerge);
  return (
    <Modal
      // While a folder is picked the picker stands alone; what was filled in stays.
      opened={draft !== undefined && picking === undefined}
      keepMounted
      onClose={close}
      size={720}
      title={ranks > 0 ? `Merge ${counted(ranks, 'rank')} into one model` : 'Merge into one model'}
      classNames={{ body: css.body ?? '' }}
    >
      {draft && <MergeForm />}
    </Modal>
  );
}

function MergeForm() {
  const plan = useApp((state) => state.mergePlan);
  const fault = useApp((state) => state.mergeFault);
  const busy = useApp((state) => state.mergeBusy);
  const start = useApp((state) => state.startMerge);
  const close = useApp((state) => state.closeMerge);
  const draft = useApp((state) => state.mergeDraft);
  const readOnly = useApp((state) => state.info?.readOnly ?? false);
  const late = useLate(plan === undefined && fault === undefined);
  if (draft === undefined) return null;
  const why = refusal({ plan, fault, busy, overwrite: draft.overwrite ?? false, readOnly });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (why === undefined) void start();
      }}
    >
      <div className={css.content}>
        {plan === undefined && late && <Waiting />}
        {plan && <p className={css.facts}>{plan.facts.map(sentence).join(' ')}</p>}
        {fault && (
          <FaultNote fault={fault} alert>
            {fault.code.startsWith('SG_') && <StrategyLinks label="Name a strategy" />}
          </FaultNote>
        )}
        {plan && <OutputTable plan={plan} />}
        <OutField />
        {plan && <PlanFacts plan={plan} />}
        {plan?.warnings.map((warning) => (
          <p key={warning} className={css.warning}>
            {sentence(warning)}
          </p>
        ))}
        <MergeOptions />
      </div>
      <div className={css.footer}>
        {plan ? (
          <div className={css.command}>
            <code>{escapeText(plan.commandLine, 4096)}</code>
            <CopyButton text={plan.commandLine} label="Copy the command line" />
          </div>
        ) : (
          <span className={css.command} />
        )}
        {why !== undefined && busy === undefined && fault === undefined && (
          <span className={css.reason} id="merge-reason">
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
          aria-describedby={why === undefined ? undefined : 'merge-reason'}
          loading={busy === 'starting'}
        >
          Merge
        </Button>
      </div>
    </form>
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
