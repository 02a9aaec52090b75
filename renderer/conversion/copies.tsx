import { Checkbox, NumberInput } from '@mantine/core';
import { t } from '../language/t.ts';
import css from './conversion.module.css';

interface Copies {
  readonly checkReplicas?: boolean | undefined;
  readonly onConflict?: number | undefined;
}

interface CopiesFieldsProps extends Copies {
  onChange(part: Copies): void;
}

/** What is done with the copies of a slice on several ranks. */
export function CopiesFields({ checkReplicas, onConflict, onChange }: CopiesFieldsProps) {
  return (
    <>
      <Checkbox
        label={t('Compare all copies of each slice')}
        description={t(
          'Reads them all, bit for bit; where ranks differ, the job fails and says where, and nothing is written.',
        )}
        // A rank whose copies count is said to be one where they differ: so they are compared.
        checked={(checkReplicas ?? false) || onConflict !== undefined}
        disabled={onConflict !== undefined}
        onChange={(event) => onChange({ checkReplicas: event.currentTarget.checked })}
      />
      <NumberInput
        className={css.narrow ?? ''}
        label={t('Where copies of a slice differ, take those of rank')}
        placeholder={t('none: the job fails')}
        min={0}
        allowDecimal={false}
        value={onConflict ?? ''}
        onChange={(rank) => onChange({ onConflict: typeof rank === 'number' ? rank : undefined })}
      />
    </>
  );
}
