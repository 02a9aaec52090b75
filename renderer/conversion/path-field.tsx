import { Button, TextInput } from '@mantine/core';
import { t } from '../language/t.ts';
import { useDesktop } from '../parts/desktop.ts';
import { usePick } from '../picker/use-pick.ts';
import type { PickPurpose } from '../store/dialogs.ts';
import css from './conversion.module.css';
import { useEndInSight } from './use-end-in-sight.ts';

interface PathFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly purpose: PickPurpose;
  /** The path may be a folder; else only a file. */
  readonly folders?: boolean;
  /** Has the focus when the dialog opens. */
  readonly first?: boolean;
  readonly value: string | undefined;
  readonly onChange: (path: string | undefined) => void;
}

/** A path of the host that is read: typed or picked. The desktop reads only what its own dialog gave. */
export function PathField({
  label,
  description,
  placeholder,
  purpose,
  folders = false,
  first = false,
  value,
  onChange,
}: PathFieldProps) {
  const field = useEndInSight(value ?? '');
  const pick = usePick();
  const desktop = useDesktop() !== undefined;
  return (
    <div className={css.pathField}>
      <TextInput
        ref={field}
        data-autofocus={first || undefined}
        label={label}
        description={description}
        placeholder={placeholder ?? ''}
        classNames={{ input: css.mono ?? '' }}
        readOnly={desktop}
        spellCheck={false}
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
      {desktop && folders && (
        <Button variant="default" onClick={() => pick(purpose, onChange, { what: 'folder' })}>
          {t('Folder…')}
        </Button>
      )}
      <Button variant="default" onClick={() => pick(purpose, onChange, { what: 'file' })}>
        {desktop && folders ? t('File…') : t('Choose…')}
      </Button>
    </div>
  );
}
