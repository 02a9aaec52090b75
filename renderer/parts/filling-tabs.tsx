import { Tabs, type TabsProps } from '@mantine/core';
import { cx } from './cx.ts';
import css from './filling-tabs.module.css';

/** Tabs whose panel has the height that is left. The class sets `--tabs-inset`, the distance from the sides. */
export function FillingTabs({ className, ...props }: TabsProps & { readonly className: string | undefined }) {
  return <Tabs keepMounted={false} className={cx(css.tabs, className)} {...props} />;
}
