import { Checkbox, NumberInput, SegmentedControl, TagsInput } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { formatBytes } from '../../shared/text/units.ts';
import { cx } from '../parts/cx.ts';
import { useApp } from '../store/app-store.ts';
import type { MergeDraft } from '../store/merge.ts';
import css from './merge.module.css';

const GIB = 1024 ** 3;
/** As MindSpore Transformers writes its own: `mergeOptions.maxShardBytes`. */
const USUAL_SHARD = 3;

/** What few people change, folded away; the fold's title says what it would do. */
export function MergeOptions() {
  const [opened, setOpened] = useState(false);
  const optimizer = useApp((state) => state.mergePlan?.optimizer ?? state.checkpoint?.optimizer);
  const region = useId();
  const saves =
    optimizer && optimizer.tensors > 0
      ? `leave out optimizer state (saves ${formatBytes(optimizer.bytes)}), `
      : '';
  return (
    <div>
      <button
        type="button"
        className={css.fold}
        aria-expanded={opened}
        aria-controls={region}
        onClick={() => setOpened(!opened)}
      >
        <IconChevronRight size={13} className={cx(css.chevron, opened && css.open)} aria-hidden />
        Options: {saves}Hugging Face names, shard size, filters, checking
      </button>
      <div id={region} hidden={!opened} className={css.options}>
        {opened && <Fields />}
      </div>
    </div>
  );
}

function Fields() {
  const draft = useApp((state) => state.mergeDraft);
  const optimizer = useApp((state) => state.checkpoint?.optimizer);
  const change = useApp((state) => state.changeMerge);
  const leaveOut = useApp((state) => state.leaveOutOptimizer);
  const [withoutOptimizer, setWithoutOptimizer] = useState(false);
  if (draft === undefined) return null;
  return (
    <>
      {optimizer && optimizer.tensors > 0 && (
        <Checkbox
          label={`Leave out optimizer state, saves ${formatBytes(optimizer.bytes)}`}
          description="Training cannot be resumed from the result; loading it for inference is faster."
          checked={withoutOptimizer}
          onChange={(event) => {
            setWithoutOptimizer(event.currentTarget.checked);
            void leaveOut(event.currentTarget.checked);
          }}
        />
      )}
      <TagsInput
        label="Leave out parameters whose names begin with"
        placeholder="adam_m., accu_grads."
        value={[...(draft.filterOutParamPrefix ?? [])]}
        onChange={(filterOutParamPrefix) => change({ filterOutParamPrefix })}
        clearable
      />
      <div className={css.pair}>
        <Choice
          label="File names"
          value={draft.names ?? 'mindspore'}
          choices={[
            ['mindspore', 'MindSpore'],
            ['huggingface', 'Hugging Face'],
          ]}
          onChange={(names) => change({ names })}
        />
        <NumberInput
          label="Largest file, in GiB"
          min={0.01}
          max={1024}
          step={1}
          decimalScale={2}
          value={(draft.maxShardBytes ?? USUAL_SHARD * GIB) / GIB}
          onChange={(value) =>
            typeof value === 'number' && value > 0 && change({ maxShardBytes: Math.round(value * GIB) })
          }
        />
        <Choice
          label="Saved with redundancy"
          value={draft.hasRedundancy ?? 'auto'}
          choices={[
            ['auto', 'Find out'],
            ['true', 'Yes'],
            ['false', 'No'],
          ]}
          onChange={(hasRedundancy) => change({ hasRedundancy })}
        />
      </div>
      <Checkbox
        label="Check the result before it gets its name"
        description="Reads everything again and compares it with the source: about as long as writing it."
        checked={draft.verify ?? true}
        onChange={(event) => change({ verify: event.currentTarget.checked })}
      />
    </>
  );
}

interface ChoiceProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly choices: readonly (readonly [V, string])[];
  readonly onChange: (value: V) => void;
}

function Choice<V extends NonNullable<MergeDraft['names'] | MergeDraft['hasRedundancy']>>(
  props: ChoiceProps<V>,
) {
  const id = useId();
  return (
    <div>
      <div id={id} className={css.choiceLabel}>
        {props.label}
      </div>
      <SegmentedControl
        aria-labelledby={id}
        value={props.value}
        data={props.choices.map(([value, label]) => ({ value, label }))}
        onChange={(value) => {
          const chosen = props.choices.find(([known]) => known === value);
          if (chosen) props.onChange(chosen[0]);
        }}
      />
    </div>
  );
}
