import { ActionIcon, Popover } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../language/t.ts';
import css from './tensors.module.css';

function examples() {
  return [
    ['wq weight', t('names with both texts in them')],
    ['!norm', t('names without it; ! works before any term')],
    ['/layers\\.[0-3]\\./', t('names that a regular expression finds')],
    ['dtype:bf16,f32', t('these types; f8 is all its forms')],
    ['shape:[*,4096]', t('shapes that fit; * is any size')],
    ['dims:2', t('this number of dimensions')],
    ['size:>100MB', t('sizes; also 1MB..2GiB, <=, =')],
    ['rank:0-3', t('held by one of these ranks')],
    ['stage:1', t('in this pipeline stage')],
    ['role:weight', t('weight, optimizer or hyper')],
    ['file:part0', t('in a file with this in its name')],
  ] as const;
}

/** The filter language by examples; one click tries an example. */
export function FilterHelp({ onExample }: { readonly onExample: (example: string) => void }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon aria-label={t('How to filter')} aria-expanded={opened} onClick={() => setOpened(!opened)}>
          <IconHelpCircle size={16} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('How to filter')}>
        <table className={css.examples}>
          <tbody>
            {examples().map(([example, meaning]) => (
              <tr key={example}>
                <td>
                  <button
                    type="button"
                    className={css.example}
                    onClick={() => {
                      setOpened(false);
                      onExample(example);
                    }}
                  >
                    {example}
                  </button>
                </td>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p style={{ margin: '8px 0 0', color: 'var(--text-2)', fontSize: 12 }}>
          {t('Terms with spaces between them must all hold.')}
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}
