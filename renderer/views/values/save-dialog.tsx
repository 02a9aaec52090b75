import { Button, Checkbox, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Trans } from 'react-i18next';
import { asFault, type Fault } from '../../../shared/errors.ts';
import { volume } from '../../../shared/layout/box.ts';
import { formatShape } from '../../../shared/text/units.ts';
import { npyItemBytes } from '../../../shared/values/npy.ts';
import type { SavedTensor } from '../../../shared/values/results.ts';
import { selectedShape } from '../../../shared/values/slice.ts';
import { t } from '../../language/t.ts';
import { useDesktop } from '../../parts/desktop.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { Size } from '../../parts/size.tsx';
import { useApp, useAppStore } from '../../store/app-store.ts';
import { isCancelled } from '../../store/values.ts';
import { fileName } from './download.ts';
import { ReadingBar } from './reading-bar.tsx';
import type { Part } from './use-part.ts';
import css from './values.module.css';

interface SaveFormProps {
  readonly name: string;
  readonly part: Part;
  readonly format: 'npy' | 'csv';
  readonly onClose: () => void;
}

interface SaveDialogProps extends Omit<SaveFormProps, 'format'> {
  /** None while nothing is to be saved. */
  readonly format: SaveFormProps['format'] | undefined;
}

/** Asks where the values go, and writes them there. */
export function SaveDialog({ format, ...rest }: SaveDialogProps) {
  const title = format && t('Save the values as .{{format}}', { format });
  return (
    <Dialog opened={format !== undefined} onClose={rest.onClose} title={title}>
      {format && <SaveForm format={format} {...rest} />}
    </Dialog>
  );
}

function SaveForm({ name, part, format, onClose }: SaveFormProps) {
  const store = useAppStore();
  const desktop = useDesktop();
  const path = useApp((state) => state.checkpoint?.path ?? '');
  const [out, setOut] = useState(() => (desktop ? '' : `${folderOf(path)}${fileName(name, format)}`));
  const [overwrite, setOverwrite] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const [saved, setSaved] = useState<SavedTensor>();
  const [writing, setWriting] = useState(false);
  const call = useRef<AbortController>(undefined);
  useEffect(() => () => call.current?.abort(), []);
  // Everything, where nothing was chosen: the first matrix is only what the grid begins with.
  const slice = part.chosen ? part.slice : undefined;
  const shape = part.chosen ? selectedShape(part.selection) : part.shape;
  const size = volume(shape) * npyItemBytes(part.dtype);

  const save = async () => {
    call.current = new AbortController();
    setFault(undefined);
    setWriting(true);
    try {
      setSaved(
        await store
          .getState()
          .askValues('tensor.save', { slice, format, out, overwrite }, call.current.signal),
      );
    } catch (error) {
      if (!isCancelled(error)) setFault(asFault(error));
    } finally {
      setWriting(false);
    }
  };

  return (
    <div className={css.dialog}>
      <p className={css.quiet}>
        {format === 'npy' ? (
          <Trans
            i18nKey="{{shape}} values of {{dtype}}, <size/>."
            values={{ shape: formatShape(shape), dtype: part.dtype }}
            components={{ size: <Size bytes={size} /> }}
          />
        ) : (
          t('{{shape}} values of {{dtype}}, {{count}} numbers: a line for each row.', {
            shape: formatShape(shape),
            dtype: part.dtype,
            count: volume(shape),
          })
        )}
      </p>
      <div className={css.into}>
        <TextInput
          label={t('Into')}
          value={out}
          classNames={{ input: css.mono ?? '' }}
          spellCheck={false}
          // The desktop writes only where its own dialog was asked.
          readOnly={desktop !== undefined}
          onChange={(event) => setOut(event.currentTarget.value)}
        />
        {desktop && (
          <Button
            variant="default"
            onClick={() =>
              void desktop.pickOutput(`${folderOf(path)}${fileName(name, format)}`).then((picked) => {
                if (picked !== null) setOut(picked);
              })
            }
          >
            {t('Choose…')}
          </Button>
        )}
      </div>
      {fault && <FaultNote fault={fault} alert />}
      {(fault?.code === 'OUT_EXISTS' || overwrite) && (
        <Checkbox
          label={t('Replace the file')}
          checked={overwrite}
          onChange={(event) => setOverwrite(event.currentTarget.checked)}
        />
      )}
      <ReadingBar waiting={writing} onStop={() => call.current?.abort()} />
      {saved && (
        <p role="status">
          <Trans
            i18nKey="Wrote {{shape}} {{dtype}}, <size/>, to <path/>."
            values={{ shape: formatShape(saved.shape), dtype: saved.dtype }}
            components={{
              size: <Size bytes={saved.bytes} />,
              path: <span className={css.mono}>{saved.path}</span>,
            }}
          />
        </p>
      )}
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose}>
          {saved ? t('Close') : t('Cancel')}
        </Button>
        {!saved && (
          <Button disabled={out === '' || writing} onClick={() => void save()}>
            {t('Save')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Beside the checkpoint: the folder that it lies in, with the separator. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
