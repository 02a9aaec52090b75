import { Button, Checkbox, TextInput } from '@mantine/core';
import { useId } from 'react';
import { t } from '../language/t.ts';
import { usePick } from '../picker/use-pick.ts';
import { useWorkspace } from '../store/workspace.ts';
import css from './conversion.module.css';
import { useEndInSight } from './use-end-in-sight.ts';

interface OutPathProps {
  readonly out: string;
  readonly onChange: (out: string) => void;
  /** Something is there already: whether it may be replaced is asked. */
  readonly taken: boolean;
  readonly what: 'folder' | 'file';
  readonly overwrite: boolean;
  readonly onOverwrite: (overwrite: boolean) => void;
}

/** Where the result goes: typed, or picked. The engine proposes a place beside the source. */
export function OutPath({ out, onChange, taken, what, overwrite, onOverwrite }: OutPathProps) {
  const desktop = useWorkspace((state) => state.info?.host === 'desktop');
  const pick = usePick();
  const field = useEndInSight(out);
  const id = useId();
  return (
    <div className={css.into}>
      <label htmlFor={id}>{t('Into')}</label>
      <div>
        <div className={css.intoRow}>
          <TextInput
            ref={field}
            id={id}
            className={css.intoField ?? ''}
            classNames={{ input: css.mono ?? '' }}
            value={out}
            // The desktop writes only where its own dialog was asked.
            readOnly={desktop}
            spellCheck={false}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
          <Button variant="default" onClick={() => pick('out', onChange, { suggested: out })}>
            {t('Choose…')}
          </Button>
        </div>
        {(taken || overwrite) && (
          <Checkbox
            mt={8}
            label={what === 'folder' ? t('Replace what lies in this folder') : t('Replace this file')}
            description={t('Only when the new is complete; until then the old stays.')}
            checked={overwrite}
            onChange={(event) => onOverwrite(event.currentTarget.checked)}
          />
        )}
      </div>
    </div>
  );
}
