import { Button, Checkbox, TextInput } from '@mantine/core';
import { usePick } from '../picker/use-pick.ts';
import { useApp } from '../store/app-store.ts';
import css from './conversion.module.css';
import { useEndInSight } from './use-end-in-sight.ts';

/** Where the result goes: typed, or picked. The engine proposes a folder beside the checkpoint. */
export function OutField() {
  const draft = useApp((state) => state.draft);
  const plan = useApp((state) => state.plan);
  const change = useApp((state) => state.changeDraft);
  const desktop = useApp((state) => state.info?.host === 'desktop');
  const pick = usePick();
  const out = draft?.out ?? plan?.out ?? '';
  const field = useEndInSight(out);
  // A proposal that arrives while somebody types would land in the middle of what is typed.
  const proposing = useApp((state) => state.planFault === undefined) && out === '' && plan === undefined;
  return (
    <div className={css.into}>
      <label htmlFor="conversion-out">Into</label>
      <div>
        <div className={css.intoRow}>
          <TextInput
            ref={field}
            id="conversion-out"
            className={css.intoField ?? ''}
            classNames={{ input: css.mono ?? '' }}
            value={out}
            // The desktop writes only where its own dialog was asked.
            readOnly={desktop || proposing}
            spellCheck={false}
            onChange={(event) => change({ out: event.currentTarget.value })}
          />
          <Button variant="default" onClick={() => pick('out', { suggested: out })}>
            Choose…
          </Button>
        </div>
        {(plan?.outExists || draft?.overwrite) && (
          <Checkbox
            mt={8}
            label="Replace what lies in this folder"
            description="Only when the new files are complete; until then the old ones stay."
            checked={draft?.overwrite ?? false}
            onChange={(event) => change({ overwrite: event.currentTarget.checked })}
          />
        )}
      </div>
    </div>
  );
}
