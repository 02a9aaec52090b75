import { Button } from '@mantine/core';
import { useState } from 'react';
import { Trans } from 'react-i18next';
import type { StrategySummary } from '../../../shared/checkpoint.ts';
import type { SavedStrategy } from '../../../shared/strategy-options.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { t } from '../../language/t.ts';
import { translated } from '../../language/translated.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Size } from '../../parts/size.tsx';
import { joined } from '../../picker/crumbs.ts';
import { useApp } from '../../store/app-store.ts';
import type { StrategyFileForm } from '../../store/strategies.ts';
import { useWorkspace } from '../../store/workspace.ts';
import { Choice } from '../choice.tsx';
import css from '../conversion.module.css';
import { DialogFooter } from '../dialog-footer.tsx';
import { OutPath } from '../out-path.tsx';
import { useStrategyOutput } from './use-strategy-output.ts';

/** The open strategy as one file, in either form. */
export function StrategyDialog() {
  const shown = useApp((state) => state.strategyDialogShown);
  const strategy = useApp((state) => state.checkpoint?.strategy);
  const picking = useWorkspace((state) => state.picking);
  const show = useApp((state) => state.showStrategyDialog);
  return (
    <Dialog
      opened={shown && strategy !== undefined && picking === undefined}
      keepMounted
      onClose={() => show(false)}
      size={640}
      title={t('Save the strategy as one file')}
      classNames={{ body: css.body ?? '' }}
    >
      {shown && strategy && <StrategyForm strategy={strategy} />}
    </Dialog>
  );
}

function StrategyForm({ strategy }: { readonly strategy: StrategySummary }) {
  const { path, fileCount, parameterCount, words } = strategy;
  const save = useApp((state) => state.saveStrategy);
  const close = useApp((state) => state.showStrategyDialog);
  const readOnly = useWorkspace((state) => state.info?.readOnly ?? false);
  // A lone file is rather wanted in its other form than once more.
  const likely = fileCount === 1 && !path.endsWith('.json') ? 'json' : 'ckpt';
  const [form, setForm] = useState(useApp((state) => state.strategyForm) ?? likely);
  const [out, setOut] = useState<string>();
  const [overwrite, setOverwrite] = useState(false);
  const [written, setWritten] = useState<SavedStrategy>();
  const { preview, fault, busy, write } = useStrategyOutput({ path, form, out, overwrite }, save);
  const shownOut = out ?? preview?.out;
  const ready = preview !== undefined && busy === undefined && !readOnly && (overwrite || !preview.outExists);

  const chooseForm = (next: StrategyFileForm) => {
    setForm(next);
    setOut(out?.replace(/\.(ckpt|json)$/i, `.${next}`));
  };
  const chooseOut = (next: string) => {
    const name = /\.(ckpt|json)$/i.exec(next);
    // A folder was picked: the file goes into it.
    if (!name) return setOut(joined(next, `merged_ckpt_strategy.${form}`));
    setForm(name[1]?.toLowerCase() === 'json' ? 'json' : 'ckpt');
    setOut(next);
  };

  if (written) return <Written saved={written} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void write().then(setWritten);
      }}
    >
      <div className={css.content}>
        <p className={css.facts}>
          {t('{{files}} with the layouts of {{parameters}}: {{words}}.', {
            files: t('{{count}} files', { count: fileCount }),
            parameters: t('{{count}} parameters', { count: parameterCount }),
            words: translated(words),
          })}
        </p>
        <Choice
          label={t('Form')}
          value={form}
          choices={[
            ['ckpt', t('MindSpore’s protobuf, .ckpt')],
            ['json', 'JSON'],
          ]}
          onChange={chooseForm}
        />
        {fault && <FaultNote fault={fault} alert />}
        {shownOut !== undefined && (
          <OutPath
            what="file"
            out={shownOut}
            onChange={chooseOut}
            taken={preview?.outExists ?? false}
            overwrite={overwrite}
            onOverwrite={setOverwrite}
          />
        )}
        {preview && <Facts rows={[[t('Size'), <Size key="size" bytes={sizeOf(preview)} />]]} />}
      </div>
      <DialogFooter commandLine={preview?.commandLine} onCancel={() => close(false)}>
        <Button type="submit" disabled={!ready} loading={busy === 'writing'}>
          {t('Save')}
        </Button>
      </DialogFooter>
    </form>
  );
}

function Written({ saved }: { readonly saved: SavedStrategy }) {
  const open = useApp((state) => state.open);
  const close = useApp((state) => state.showStrategyDialog);
  const leave = () => close(false);
  return (
    <>
      <div className={css.content} role="status">
        <p className={css.facts}>
          <Trans
            i18nKey="Written, <size/>: <path/>."
            components={{
              size: <Size bytes={sizeOf(saved)} />,
              path: <span className={css.mono}>{escapeText(saved.out, 4096)}</span>,
            }}
          />{' '}
          <LinkButton
            onClick={() => {
              leave();
              void open({ path: saved.out });
            }}
          >
            {t('Open it')}
          </LinkButton>
        </p>
      </div>
      <div className={css.footer}>
        <div className={css.actions}>
          <Button onClick={leave} data-autofocus>
            {t('Close')}
          </Button>
        </div>
      </div>
    </>
  );
}

function sizeOf({ files }: SavedStrategy): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}
