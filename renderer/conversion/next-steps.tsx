import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { t } from '../language/t.ts';
import { useConversions } from './use-conversions.ts';

/** The one likely next step, and the others in a menu beside it. */
export function NextSteps({ folded = false }: { readonly folded?: boolean }) {
  const conversions = useConversions();
  const [next, ...more] = conversions;
  if (next === undefined) return null;
  // In a narrow place all of them are in the menu.
  const others = folded ? conversions : more;
  return (
    <>
      {others.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
              {t('Convert')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map(({ id, label, open }) => (
              <Menu.Item key={id} onClick={open}>
                {label}…
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {!folded && <Button onClick={next.open}>{next.label}</Button>}
    </>
  );
}
