import type { ComparedTensor } from '../../../shared/compare/results.ts';
import { formatCount, formatShape } from '../../../shared/text/units.ts';
import { formatRounded } from '../../../shared/values/format.ts';
import { Facts } from '../../parts/facts.tsx';
import { typographic } from '../../parts/typographic.ts';

/** A number of a difference: four digits, as people write it. */
export function rounded(value: number | undefined, digits = 4): string {
  return value === undefined ? '' : typographic(formatRounded(value, digits));
}

/** "0.99999998": its distance from 1 is what matters. */
export function cosineWords(cosine: number | undefined): string {
  return cosine === undefined ? '' : typographic(formatRounded(cosine, 8));
}

/** Where two tensors first differ, in how many elements, and by how much. */
export function NumberFacts({ tensor: { a, b, numbers } }: { readonly tensor: ComparedTensor }) {
  const other = a && b && a.name !== b.name ? b.name : undefined;
  const both = (of: (side: NonNullable<typeof a>) => string) =>
    a && b && of(a) !== of(b) ? `${of(a)} and ${of(b)}` : of((a ?? b) as NonNullable<typeof a>);
  return (
    <Facts
      rows={[
        ['Name in B', other],
        ['Shape', both(({ shape }) => formatShape(shape))],
        ['Type', both(({ dtype }) => dtype)],
        ['First at', numbers?.first && `[${numbers.first.join(', ')}]`],
        ['Elements', numbers && `${formatCount(numbers.differing)} of ${formatCount(numbers.elements)}`],
        ['Largest', rounded(numbers?.maxAbs) || undefined],
        ['Mean', rounded(numbers?.meanAbs) || undefined],
        ['Relative', numbers?.maxRelative !== undefined && `${rounded(numbers.maxRelative)} at most`],
        ['Relative L2', rounded(numbers?.relativeL2) || undefined],
        ['Cosine', cosineWords(numbers?.cosine) || undefined],
      ]}
    />
  );
}
