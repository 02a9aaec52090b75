import type { JobState } from '../../shared/jobs.ts';
import { t } from '../language/t.ts';
import { useDesktop } from '../parts/desktop.ts';
import { LinkButton } from '../parts/link-button.tsx';
import { useApp } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';

interface OpenResultProps {
  readonly job: JobState & { readonly state: 'done' };
  readonly onLeave?: () => void;
}

/** The ways on from a job that wrote something. */
export function OpenResult({ job, onLeave }: OpenResultProps) {
  const showPath = useWorkspace((state) => state.showPath);
  const loadResult = useApp((state) => state.loadResult);
  const desktop = useDesktop();
  if (job.kind === 'verify' || job.kind === 'compare') return null;
  const { out } = job.result;
  const openResult = () => {
    onLeave?.();
    // In a tab of its own: the source stays open beside it.
    showPath(out);
  };
  return (
    <>
      <LinkButton onClick={openResult}>{t('Open result')}</LinkButton>
      {job.kind !== 'metadata' && job.kind !== 'salvage' && (
        <LinkButton
          onClick={() => {
            onLeave?.();
            void loadResult(out);
          }}
        >
          {t('How to load it')}
        </LinkButton>
      )}
      {desktop && (
        <LinkButton onClick={() => void desktop.revealOutput(out)}>{t('Show in folder')}</LinkButton>
      )}
    </>
  );
}
