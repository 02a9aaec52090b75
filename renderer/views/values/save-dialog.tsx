import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { asFault, type Fault } from '../../../shared/errors.ts';
import { volume } from '../../../shared/layout/box.ts';
import { formatCount, formatShape } from '../../../shared/text/units.ts';
import { npyItemBytes } from '../../../shared/values/npy.ts';
import type { SavedTensor } from '../../../shared/values/results.ts';
import { selectedShape } from '../../../shared/values/slice.ts';
import { useDesktop } from '../../parts/desktop.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { Size } from '../../parts/size.tsx';
import { useApp, useAppStore } from '../../store/app-store.ts';
import { isCancelled } from '../../store/values.ts';
import { fileName } from './download.ts';
import { ReadingBar } from './reading-bar.tsx';
import type { Part } from './use-part.ts';
import css from './values.module.css';

interface SaveDialogProps {
  readonly name: string;
  readonly part: Part;
  readonly format: 'npy' | 'csv';
  readonly onClose: () => void;
}

/** Asks where the values go, and writes them there. */
export function SaveDialog({ name, part, format, onClose }: SaveDialogProps) {
  const store = useAppStore();
  const desktop = useDesktop();
  const path = useApp((state) => state.checkpoint?.path ?? '');
  const [out, setOut] = useState(() => (desktop ? '' : `${folderOf(path)}${fileName(name, format)}`));
  const [overwrite, setOverwrite] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const [saved, setSaved] = useState<SavedTensor>();
  const [writing, setWriting] = useState(false);
  const call = useRef<AbortController>(undefined);
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
  const close = () => {
    call.current?.abort();
    onClose();
  };

  return (
    <Modal opened onClose={close} title={`Save the values as .${format}`}>
      <div className={css.dialog}>
        <p className={css.quiet}>
          {formatShape(shape)} values of {part.dtype}
          {format === 'npy' ? (
            <>
              , <Size bytes={size} />.
            </>
          ) : (
            `, ${formatCount(volume(shape))} numbers: a line for each row.`
          )}
        </p>
        <div className={css.into}>
          <TextInput
            label="Into"
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
              Choose…
            </Button>
          )}
        </div>
        {fault && <FaultNote fault={fault} alert />}
        {(fault?.code === 'OUT_EXISTS' || overwrite) && (
          <Checkbox
            label="Replace the file"
            checked={overwrite}
            onChange={(event) => setOverwrite(event.currentTarget.checked)}
          />
        )}
        <ReadingBar waiting={writing} onStop={() => call.current?.abort()} />
        {saved && (
          <p role="status">
            Wrote {formatShape(saved.shape)} {saved.dtype}, <Size bytes={saved.bytes} />, to{' '}
            <span className={css.mono}>{saved.path}</span>.
          </p>
        )}
        <div className={css.buttons}>
          <Button variant="default" onClick={close}>
            {saved ? 'Close' : 'Cancel'}
          </Button>
          {!saved && (
            <Button disabled={out === '' || writing} onClick={() => void save()}>
              Save
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}

/** Beside the checkpoint: the folder that it lies in, with the separator. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
