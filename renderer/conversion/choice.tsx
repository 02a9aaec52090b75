import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import css from './conversion.module.css';

interface ChoiceProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly choices: readonly (readonly [V, string])[];
  readonly onChange: (value: V) => void;
}

/** One of a few, all of them in sight. */
export function Choice<V extends string>({ label, value, choices, onChange }: ChoiceProps<V>) {
  const id = useId();
  return (
    <div>
      <div id={id} className={css.choiceLabel}>
        {label}
      </div>
      <SegmentedControl
        aria-labelledby={id}
        value={value}
        data={choices.map(([value, label]) => ({ value, label }))}
        onChange={(value) => {
          const chosen = choices.find(([known]) => known === value);
          if (chosen) onChange(chosen[0]);
        }}
      />
    </div>
  );
}
