import { NumberInput } from '@mantine/core';
import { t } from '../language/t.ts';
import css from './conversion.module.css';

const MIB = 1024 ** 2;

interface Limits {
  readonly threads?: number | undefined;
  readonly memoryBytes?: number | undefined;
}

interface JobLimitsProps extends Limits {
  onChange(part: Limits): void;
}

/** How much of the machine a job may take; left empty, the engine decides. */
export function JobLimits({ threads, memoryBytes, onChange }: JobLimitsProps) {
  return (
    <div className={css.pair}>
      <NumberInput
        label={t('Threads')}
        placeholder={t('one a processor')}
        min={1}
        max={64}
        allowDecimal={false}
        value={threads ?? ''}
        onChange={(value) => onChange({ threads: wholeOf(value) })}
      />
      <NumberInput
        label={t('Buffers, at most, in MiB')}
        placeholder={t('as needed')}
        min={1}
        allowDecimal={false}
        value={memoryBytes === undefined ? '' : memoryBytes / MIB}
        onChange={(value) => {
          const mebibytes = wholeOf(value);
          onChange({ memoryBytes: mebibytes === undefined ? undefined : mebibytes * MIB });
        }}
      />
    </div>
  );
}

function wholeOf(value: number | string): number | undefined {
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : undefined;
}
