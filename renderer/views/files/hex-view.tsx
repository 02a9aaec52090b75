import { ActionIcon } from '@mantine/core';
import {
  type Icon,
  IconChevronDown,
  IconChevronsDown,
  IconChevronsUp,
  IconChevronUp,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { REACHABLE } from '../../parts/reachable.ts';
import { useAsked } from '../../parts/use-asked.ts';
import { useApp } from '../../store/app-store.ts';
import css from './files.module.css';

const LINE = 16;
const LINES = 32;
const SHOWN = LINE * LINES;

interface HexViewProps {
  readonly path: string;
  readonly size: number;
  /** The byte that is pointed out, and where the view begins; else the file's first. */
  readonly mark: number | undefined;
  readonly children?: ReactNode;
}

/** Bytes of a file, 16 a line, with the characters that they are. */
export function HexView({ path, size, mark, children }: HexViewProps) {
  const last = Math.max(0, Math.floor((size - 1) / LINE) * LINE);
  const inside = (offset: number) => Math.max(0, Math.min(offset, last));
  const [start, setStart] = useState(inside(Math.floor((mark ?? 0) / LINE) * LINE - 4 * LINE));
  const ask = useApp((state) => state.askFile);
  const { value, fault } = useAsked<Bytes>(`${path} ${start}`, async (signal, take) =>
    take({ start, ...(await ask('file.bytes', { path, offset: start, length: SHOWN }, signal)) }),
  );
  const go = (offset: number) => setStart(inside(offset));
  return (
    <>
      <div className={css.bar}>
        {children}
        {(start > 0 || size > SHOWN) && (
          <span className={css.end}>
            <Step label={t('The first bytes')} icon={IconChevronsUp} to={start > 0 ? 0 : undefined} go={go} />
            <Step
              label={t('Bytes before')}
              icon={IconChevronUp}
              to={start > 0 ? start - SHOWN : undefined}
              go={go}
            />
            <Step
              label={t('Bytes after')}
              icon={IconChevronDown}
              to={start + SHOWN < size ? start + SHOWN : undefined}
              go={go}
            />
            <Step
              label={t('The last bytes')}
              icon={IconChevronsDown}
              to={start + SHOWN < size ? last - SHOWN + LINE : undefined}
              go={go}
            />
          </span>
        )}
      </div>
      {fault && (
        <div className={css.note}>
          <FaultNote fault={fault} />
        </div>
      )}
      {value && (
        <section
          className={css.hex}
          aria-label={t('Bytes {{from}} to {{to}} of {{size}}', {
            from: formatCount(value.start),
            to: formatCount(value.start + value.bytes.length),
            size: formatCount(value.size),
          })}
          {...REACHABLE}
        >
          <pre>
            {linesOf(value).map((line) => (
              <Line key={line.offset} {...line} mark={mark} />
            ))}
            {value.size === 0 && t('The file is empty.')}
            {mark === value.size && value.size > 0 && (
              <mark className={css.mark}>{t('The file ends here.')}</mark>
            )}
          </pre>
        </section>
      )}
    </>
  );
}

interface StepProps {
  readonly label: string;
  readonly icon: Icon;
  /** Where it leads; nowhere when absent. */
  readonly to: number | undefined;
  readonly go: (offset: number) => void;
}

function Step({ label, icon: Shape, to, go }: StepProps) {
  return (
    <ActionIcon aria-label={label} title={label} disabled={to === undefined} onClick={() => go(to ?? 0)}>
      <Shape size={15} />
    </ActionIcon>
  );
}

interface Bytes {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly size: number;
}

function linesOf({ start, bytes }: Bytes) {
  return Array.from({ length: Math.ceil(bytes.length / LINE) }, (_, i) => {
    const offset = start + i * LINE;
    const codes = [...bytes.subarray(i * LINE, (i + 1) * LINE)].map((code, k) => ({ at: offset + k, code }));
    return { offset, codes };
  });
}

interface LineProps {
  readonly offset: number;
  readonly codes: readonly { readonly at: number; readonly code: number }[];
  readonly mark: number | undefined;
}

function Line({ offset, codes, mark }: LineProps) {
  return (
    <div>
      <span className={css.offset}>{hex(offset, 8)}</span>
      {'  '}
      {codes.map(({ at, code }) => (
        <Byte key={at} text={hex(code, 2)} after=" " marked={at === mark} />
      ))}
      {`${'   '.repeat(LINE - codes.length)} `}
      {codes.map(({ at, code }) => (
        <Byte key={at} text={characterOf(code)} marked={at === mark} />
      ))}
    </div>
  );
}

interface ByteProps {
  readonly text: string;
  readonly after?: string;
  readonly marked: boolean;
}

function Byte({ text, after = '', marked }: ByteProps) {
  if (!marked) return text + after;
  return (
    <>
      <mark className={css.mark}>{text}</mark>
      {after}
    </>
  );
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}

/** Printable ASCII as it is; a dot for all else. */
function characterOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
