import { Button } from '@mantine/core';
import { type FileDetail, hasTensors } from '../../../shared/files.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { Facts } from '../../parts/facts.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { MiddleText } from '../../parts/middle-text.tsx';
import { PanelTitle } from '../../parts/panel-title.tsx';
import { sentence } from '../../parts/sentence.ts';
import { Size, Sizes } from '../../parts/size.tsx';
import { useApp } from '../../store/app-store.ts';
import { ProblemNote } from '../problems/problem-note.tsx';
import { kindWords, Time } from './columns.tsx';
import css from './files.module.css';
import { MetadataTable } from './metadata-table.tsx';
import { useFileDetail, usePickedFile } from './use-files.ts';

/** The right panel: what the chosen file is, what is wrong with it, and its metadata. */
export function FilePanel() {
  const file = usePickedFile();
  const detail = useFileDetail(file?.path);
  const fault = useApp((state) => state.fileDetailFault);
  if (file === undefined) return null;
  return (
    <div className={css.panel} aria-busy={detail === undefined && fault === undefined}>
      <PanelTitle name={file.name} tail={34} copied={{ text: file.path, label: t('Copy the path') }} />
      {fault && <FaultNote fault={fault} />}
      {detail && <Explained detail={detail} />}
    </div>
  );
}

function Explained({ detail }: { readonly detail: FileDetail }) {
  const { fault, problems, what } = detail;
  return (
    <>
      {what !== undefined && fault === undefined && (
        <p className={css.lead}>{sentence(t('This is {{what}}', { what }))}</p>
      )}
      {fault && <FaultNote fault={fault} />}
      <Salvage detail={detail} />
      {problems.map((problem) => (
        <ProblemNote key={problem.code + problem.message} problem={problem} />
      ))}
      <FileFacts detail={detail} />
      <Ways detail={detail} />
      <MetadataTable detail={detail} />
    </>
  );
}

function FileFacts({ detail }: { readonly detail: FileDetail }) {
  const { rank, suffix, tensorCount, dataBytes, headerLength, size, modified, crc } = detail;
  return (
    <Facts
      rows={[
        [t('Kind'), kindWords(detail)],
        [t('Rank'), rank !== undefined && formatCount(rank)],
        [t('Save'), suffix && escapeText(suffix)],
        [
          t('Tensors'),
          tensorCount !== undefined && dataBytes !== undefined && (
            <span key="tensors">
              {formatCount(tensorCount)} · <Size bytes={dataBytes} />
            </span>
          ),
        ],
        [
          t('Header'),
          headerLength !== undefined && headerLength > 0 && <Size key="header" bytes={headerLength} />,
        ],
        [t('Size'), <Size key="size" bytes={size} />],
        [t('Modified'), <Time key="modified" milliseconds={modified} />],
        [
          'CRC-32',
          crc !== undefined && (
            <span key="crc" className={css.mono} title={formatCount(crc)}>
              {crc.toString(16).padStart(8, '0')}
            </span>
          ),
        ],
      ]}
    />
  );
}

/** How much of a file that was cut short is there. */
function Salvage({ detail: { path, salvage, tensorCount } }: { readonly detail: FileDetail }) {
  const openDraft = useApp((state) => state.openDraft);
  if (salvage === undefined || tensorCount === undefined) return null;
  const { whole, wholeBytes, cut } = salvage;
  return (
    <section className={css.salvage}>
      <p>
        <Sizes
          text={t('{{whole}} of {{all}} tensors are wholly there, {{bytes}}. Cut short or missing:', {
            whole: formatCount(whole),
            all: formatCount(tensorCount),
            bytes: formatBytes(wholeBytes),
          })}
          bytes={[wholeBytes]}
        />
      </p>
      <ul>
        {cut.map((name) => (
          <li key={name}>
            <MiddleText text={name} className={css.mono} tail={34} />
          </li>
        ))}
        {tensorCount - whole > cut.length && (
          <li>{t('and {{count}} more', { count: tensorCount - whole - cut.length })}</li>
        )}
      </ul>
      {whole > 0 && (
        <Button variant="default" onClick={() => openDraft('salvage', { path })}>
          {t('Write what is left')}…
        </Button>
      )}
    </section>
  );
}

function Ways({ detail }: { readonly detail: FileDetail }) {
  const openDraft = useApp((state) => state.openDraft);
  const open = useApp((state) => state.open);
  const here = useApp((state) => state.checkpoint?.path);
  const { path, fault, tensorCount } = detail;
  const editable = path.endsWith('.safetensors') && fault === undefined && tensorCount !== undefined;
  const opens = (hasTensors(detail) || detail.kind === 'strategy') && fault === undefined && path !== here;
  if (!editable && !opens) return null;
  return (
    <div className={css.ways}>
      {editable && (
        <Button variant="default" onClick={() => openDraft('metadata', { path })}>
          {t('Edit metadata…')}
        </Button>
      )}
      {opens && (
        <Button variant="default" onClick={() => void open({ path })}>
          {t('Open it by itself')}
        </Button>
      )}
    </div>
  );
}
