import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import type { JobName } from '../../shared/job-options.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useApp } from '../store/app-store.ts';
import type { DraftOf } from '../store/drafts.ts';
import { useWorkspace } from '../store/workspace.ts';
import css from './conversion.module.css';
import { ConversionForm } from './conversion-form.tsx';
import { CONVERSION_JOBS } from './jobs/index.ts';

/** A job before it runs: what was found, what will be written and where; all can be changed, little is asked. */
export function ConversionDialog() {
  const draft = useApp((state) => state.draft);
  const checkpoint = useApp((state) => state.checkpoint);
  const picking = useWorkspace((state) => state.picking);
  const close = useApp((state) => state.closeDraft);
  return (
    <Dialog
      // While a folder is picked the picker stands alone; what was filled in stays.
      opened={draft !== undefined && picking === undefined}
      keepMounted
      onClose={close}
      size={720}
      title={draft && checkpoint && titleOf(draft, checkpoint)}
      classNames={{ body: css.body ?? '' }}
    >
      {draft && checkpoint && <ConversionForm key={draft.job} draft={draft} checkpoint={checkpoint} />}
    </Dialog>
  );
}

function titleOf<J extends JobName>(draft: DraftOf<J>, checkpoint: CheckpointSummary): string {
  return CONVERSION_JOBS[draft.job].title(draft, checkpoint);
}
