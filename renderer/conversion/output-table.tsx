import type { PlanPreview } from '../../shared/plan/preview.ts';
import { formatCount } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { MiddleText } from '../parts/middle-text.tsx';
import { Size } from '../parts/size.tsx';
import css from './conversion.module.css';

/** Files named one by one; of more, the first two and what stands beside the weights. */
const FEW = 5;

/** What will be written. */
export function OutputTable({ plan }: { readonly plan: PlanPreview }) {
  const { outputs } = plan;
  // Maps and hyper parameters come last, and are not part of the series of weight files.
  const series = outputs.filter((output) => /\d/.test(output.path));
  const others = outputs.filter((output) => !series.includes(output));
  const first = series.length > FEW ? series.slice(0, 2) : series;
  const rest = series.slice(first.length);
  return (
    <table className={css.outputs}>
      <thead>
        <tr>
          <th scope="col">{t('Will be written')}</th>
          <th scope="col">{t('Tensors')}</th>
          <th scope="col">{t('Size')}</th>
        </tr>
      </thead>
      <tbody>
        {first.map((output) => (
          <Row key={output.path} {...output} />
        ))}
        {rest.length > 0 && (
          <tr>
            <td className={css.quiet}>{t('{{count}} more files', { count: rest.length })}</td>
            <td>{formatCount(rest.reduce((sum, output) => sum + output.tensors, 0))}</td>
            <td>
              <Size bytes={rest.reduce((sum, output) => sum + output.bytes, 0)} />
            </td>
          </tr>
        )}
        {others.map((output) => (
          <Row key={output.path} {...output} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  /** In the output folder. */
  readonly path: string;
  readonly tensors: number;
  readonly bytes: number;
}

function Row({ path, tensors, bytes }: RowProps) {
  return (
    <tr>
      <td className={css.mono}>
        <MiddleText text={path} tail={36} />
      </td>
      <td>{tensors > 0 ? formatCount(tensors) : ''}</td>
      <td>
        <Size bytes={bytes} />
      </td>
    </tr>
  );
}
