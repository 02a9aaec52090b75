import { useRef, useState } from 'react';
import type { ComparedTensor } from '../../../shared/compare/results.ts';
import { sideWords } from '../../../shared/compare/side-words.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { parseSlice } from '../../../shared/values/slice.ts';
import { t } from '../../language/t.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { useApp } from '../../store/app-store.ts';
import { AxisPickers } from '../values/axis-pickers.tsx';
import { Heatmap } from '../values/heatmap.tsx';
import { firstMatrix, partOf } from '../values/use-part.ts';
import css from './compare.module.css';
import { useComparison } from './use-comparison.ts';

/** A − B of one tensor as a heatmap. */
export function DifferenceDialog() {
  const tensor = useApp((state) => state.differenceOf);
  const show = useApp((state) => state.showDifference);
  return (
    <Dialog
      opened={tensor !== undefined}
      onClose={() => show(undefined)}
      size="min(1100px, 92vw)"
      title={tensor && t('Difference of {{name}}', { name: escapeText(tensor.name) })}
      classNames={{ body: css.difference ?? '' }}
    >
      {tensor && <Difference key={tensor.name} tensor={tensor} />}
    </Dialog>
  );
}

function Difference({ tensor: { name, a, part: compared } }: { readonly tensor: ComparedTensor }) {
  const job = useApp((state) => state.compareJob);
  const ask = useApp((state) => state.differenceMap);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { labels } = useComparison().comparison ?? { labels: { a: 'A', b: 'B' } };
  const [slice, setSlice] = useState<string>();
  if (a === undefined) return null;
  const shape = compared?.box.extent ?? a.shape.map(Number);
  const selection = slice === undefined ? firstMatrix(shape) : parseSlice(slice, shape);
  const part = partOf({ key: `${job} ${name}`, dtype: a.dtype, shape }, selection, slice !== undefined);
  return (
    <>
      <p className={css.sentence}>
        {t('{{difference}}, element by element: what is equal has the colour of 0.', {
          difference: `${sideWords(labels.a)} − ${sideWords(labels.b)}`,
        })}
      </p>
      {shape.length > 2 && (
        <div className={css.axes}>
          <AxisPickers part={part} onSlice={setSlice} />
        </div>
      )}
      <div className={css.map}>
        <Heatmap
          key={part.key}
          part={part}
          canvas={canvas}
          ask={(input, signal) => ask({ ...input, name }, signal)}
        />
      </div>
    </>
  );
}
