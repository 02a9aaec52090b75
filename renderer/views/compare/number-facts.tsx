import { type ComparedTensor, wholeShape } from '../../../shared/compare/results.ts';
import { boxWords } from '../../../shared/layout/words.ts';
import { formatCount, formatShape } from '../../../shared/text/units.ts';
import { formatRounded } from '../../../shared/values/format.ts';
import { t } from '../../language/t.ts';
import { Facts } from '../../parts/facts.tsx';
import { typographic } from '../../parts/typographic.ts';

/** A number of a difference: four digits, as people write it. */
export function rounded(value: number | undefined, digits = 4): string {
  return value === undefined ? '' : typographic(formatRounded(value, digits));
}

/** "0.99999998": near 1 its distance from that is what matters. */
export function cosineWords(cosine: number | undefined): string {
  return rounded(cosine, Math.abs(cosine ?? 0) > 0.999 ? 8 : 4);
}

/** Where two tensors first differ, in how many elements, and by how much. */
export function NumberFacts({ tensor }: { readonly tensor: ComparedTensor }) {
  const { a, b, part, numbers } = tensor;
  const other = a && b && a.name !== b.name ? b.name : undefined;
  const both = (of: (side: NonNullable<typeof a>) => string) =>
    a && b && of(a) !== of(b)
      ? t('{{list}} and {{last}}', { list: of(a), last: of(b) })
      : of((a ?? b) as NonNullable<typeof a>);
  return (
    <Facts
      rows={[
        [t('Name in B'), other],
        [t('Shape'), both(({ shape }) => formatShape(shape))],
        [
          t('Compared'),
          part &&
            t('{{held}} of {{side}}', {
              held: boxWords(part.box, wholeShape(tensor)),
              side: part.of === 'a' ? 'A' : 'B',
            }),
        ],
        [t('Type'), both(({ dtype }) => dtype)],
        [t('First at'), numbers?.first && `[${numbers.first.join(', ')}]`],
        [
          t('Elements'),
          numbers &&
            t('{{part}} of {{whole}}', {
              part: formatCount(numbers.differing),
              whole: formatCount(numbers.elements),
            }),
        ],
        [t('Largest'), rounded(numbers?.maxAbs) || undefined],
        [t('Mean'), rounded(numbers?.meanAbs) || undefined],
        [
          t('Relative'),
          numbers?.maxRelative !== undefined &&
            t('{{number}} at most', { number: rounded(numbers.maxRelative) }),
        ],
        [t('Relative L2'), rounded(numbers?.relativeL2) || undefined],
        [t('Cosine'), cosineWords(numbers?.cosine) || undefined],
      ]}
    />
  );
}
