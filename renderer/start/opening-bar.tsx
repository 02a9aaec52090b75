import { Progress } from '@mantine/core';
import { escapeText } from '../../shared/text/escape.ts';
import { formatCount } from '../../shared/text/units.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { LinkButton } from '../parts/link-button.tsx';
import { useLate } from '../parts/use-late.ts';
import { counted, lastPart } from '../parts/words.ts';
import { useApp } from '../store/app-store.ts';
import css from './start.module.css';

/** A checkpoint on its way in: files read of all, and the way to stop. Quick openings show nothing. */
export function OpeningBar() {
  const opening = useApp((state) => state.opening);
  const cancel = useApp((state) => state.cancelOpening);
  const late = useLate(opening !== undefined);
  if (opening === undefined) return <RefusedHere />;
  if (!late) return null;
  const { filesRead, filesTotal, path } = opening;
  return (
    <div className={css.opening} role="status">
      <span className={css.openingWords}>
        Opening {escapeText(lastPart(path))}
        {filesTotal > 0 && `: ${formatCount(filesRead)} of ${counted(filesTotal, 'file')}`}
      </span>
      <Progress
        className={css.openingBar ?? ''}
        size={5}
        value={filesTotal > 0 ? (100 * filesRead) / filesTotal : 0}
        aria-label="Files read"
      />
      <LinkButton onClick={cancel}>Cancel</LinkButton>
    </div>
  );
}

/** Another checkpoint was refused while one is open: the open one stays, and this says why. */
function RefusedHere() {
  const fault = useApp((state) => (state.checkpoint ? state.openFault : undefined));
  const dismiss = useApp((state) => state.dismissOpenFault);
  if (fault === undefined) return null;
  return (
    <div className={css.refused}>
      <FaultNote fault={fault.fault} onDismiss={dismiss} alert />
    </div>
  );
}
