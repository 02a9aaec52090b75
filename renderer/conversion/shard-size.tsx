import { NumberInput } from '@mantine/core';
import { DEFAULT_SHARD_BYTES } from '../../shared/job-options.ts';
import { t } from '../language/t.ts';
import { useApp } from '../store/app-store.ts';

const GIB = 1024 ** 3;

/** Where weights are cut into files. */
export function ShardSize({ bytes = DEFAULT_SHARD_BYTES }: { readonly bytes: number | undefined }) {
  const change = useApp((state) => state.changeDraft);
  return (
    <NumberInput
      label={t('Largest file, in GiB')}
      min={0.01}
      max={1024}
      step={1}
      decimalScale={2}
      value={bytes / GIB}
      onChange={(value) =>
        typeof value === 'number' && value > 0 && change({ maxShardBytes: Math.round(value * GIB) })
      }
    />
  );
}
