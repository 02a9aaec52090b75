import { IconArrowBigRightLine, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { Check } from '../../../shared/loading/checks.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { sentence } from '../../parts/sentence.ts';
import css from './loading.module.css';

const ICONS = { fits: IconCheck, first: IconArrowBigRightLine, note: IconInfoCircle };

function stateWords(state: Check['state']): string {
  switch (state) {
    case 'fits':
      return t('Fits');
    case 'first':
      return t('Needs a step');
    case 'note':
      return t('Note');
  }
}

/** How the scenario fits what is there. */
export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul className={css.checks} aria-label={t('Checks')}>
      {checks.map(({ state, text }) => {
        const Icon = ICONS[state];
        return (
          <li key={text} className={cx(css[state])}>
            <Icon size={15} stroke={1.8} aria-label={stateWords(state)} />
            <span>{sentence(text)}</span>
          </li>
        );
      })}
    </ul>
  );
}
