import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { TensorRow } from '../../../shared/checkpoint.ts';
import { formatShape } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { Coming } from '../../parts/coming.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { MiddleText } from '../../parts/middle-text.tsx';
import { useAsked } from '../../parts/use-asked.ts';
import { useApp } from '../../store/app-store.ts';
import css from './choose-tensor.module.css';

/** Tensors that are offered. */
const MOST = 12;
/** Those that are looked at first. */
const AT_FIRST = '!role:optimizer';

/** Where values are to be shown and no tensor is selected: the first ones, or those that a text finds. */
export function ChooseTensor() {
  const checkpoint = useApp((state) => state.checkpoint);
  const find = useApp((state) => state.findTensors);
  const select = useApp((state) => state.selectName);
  const showView = useApp((state) => state.showView);
  const [text, setText] = useState('');
  const { value: found, fault } = useAsked<readonly TensorRow[]>(
    `${checkpoint?.id} ${text}`,
    async (signal, take) => take(await find(text || AT_FIRST, MOST, signal)),
  );
  return (
    <div className={css.choose}>
      <p>{t('Select a tensor to see its values, their statistics and a heatmap.')}</p>
      <TextInput
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && found?.[0] && select(found[0].name)}
        aria-label={t('Find a tensor')}
        placeholder={t('Find a tensor')}
        spellCheck={false}
        autoComplete="off"
        leftSection={<IconSearch size={14} stroke={1.6} aria-hidden />}
      />
      {fault && <FaultNote fault={fault} />}
      {!found && !fault && <Coming />}
      {found?.length === 0 && (
        <p role="status">
          {text === '' ? t('There are no tensors here.') : t('None of the tensors matches.')}
        </p>
      )}
      <ul aria-label={t('Tensors')}>
        {found?.map(({ name, dtype, shape }) => (
          <li key={name}>
            <button type="button" onClick={() => select(name)}>
              <MiddleText text={name} tail={34} />
              <span>
                {dtype} {formatShape(shape)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <LinkButton onClick={() => showView('tensors')}>{t('Show the tensors')}</LinkButton>
    </div>
  );
}
