import { ActionIcon, Button, Checkbox, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { CompareRequest } from '../../../shared/compare/options.ts';
import { t } from '../../language/t.ts';
import css from './compare.module.css';

/** A rule as it is being typed. */
export interface Rule {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly regex: boolean;
}

/** The rule as it is sent; none while nothing is typed. */
export function ruleOf({ from, to, regex }: Rule): NonNullable<CompareRequest['names']> {
  return from === '' ? [] : [{ from, to, ...(regex && { regex }) }];
}

interface NameRulesProps {
  readonly rules: readonly Rule[];
  readonly onChange: (rules: readonly Rule[]) => void;
}

/** What names become to be found on the other side: beginnings, or what a regular expression finds. */
export function NameRules({ rules, onChange }: NameRulesProps) {
  const change = (id: number, part: Partial<Rule>) =>
    onChange(rules.map((rule) => (rule.id === id ? { ...rule, ...part } : rule)));
  const add = () =>
    onChange([
      ...rules,
      { id: Math.max(0, ...rules.map(({ id }) => id)) + 1, from: '', to: '', regex: false },
    ]);
  return (
    <fieldset className={css.rules}>
      <legend>{t('Names that are others there')}</legend>
      {rules.map(({ id, from, to, regex }) => (
        <div key={id} className={css.rule}>
          <TextInput
            aria-label={regex ? t('Regular expression') : t('Names here begin with')}
            placeholder={regex ? 'layers\\.(\\d+)' : 'model.'}
            spellCheck={false}
            classNames={{ input: css.mono ?? '' }}
            value={from}
            onChange={(event) => change(id, { from: event.currentTarget.value })}
          />
          <span aria-hidden>→</span>
          <TextInput
            aria-label={t('There it is')}
            placeholder={regex ? 'blocks.$1' : 'backbone.'}
            spellCheck={false}
            classNames={{ input: css.mono ?? '' }}
            value={to}
            onChange={(event) => change(id, { to: event.currentTarget.value })}
          />
          <Checkbox
            label={t('Pattern')}
            checked={regex}
            onChange={(event) => change(id, { regex: event.currentTarget.checked })}
          />
          <ActionIcon
            aria-label={t('Remove this rule')}
            onClick={() => onChange(rules.filter((rule) => rule.id !== id))}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      <Button variant="default" onClick={add}>
        {t('Add a rule')}
      </Button>
      {rules.length === 0 && (
        <span className={css.quiet}>{t('Hugging Face and MindSpore names are matched by themselves.')}</span>
      )}
    </fieldset>
  );
}
