import { Separator } from 'react-resizable-panels';
import { cx } from './cx.ts';
import css from './panel-separator.module.css';

/** The line between two panels, by which they are made wider; a `strong` one parts two checkpoints. */
export function PanelSeparator({
  label,
  strong = false,
}: {
  readonly label: string;
  readonly strong?: boolean;
}) {
  return <Separator className={cx(css.separator, strong && css.strong)} aria-label={label} />;
}
