import { refuse } from '../errors.ts';
import type { WeightFile } from '../model.ts';
import { tensorsBeyond } from '../safetensors/header.ts';
import { CRC_KEY } from '../stored-crc.ts';
import { nameList } from '../text/name-list.ts';
import { amount } from '../text/units.ts';
import { planCopy } from './copy.ts';
import type { Plan } from './plan.ts';

/**
 * The plan that writes what is wholly there of a safetensors file cut short. As tensors tile the data, that is all
 * of them up to a byte. A CRC-32 in the metadata goes, as it is of all tensors, and marks of those that are lost.
 *
 * @throws CP_EMPTY when none is whole
 */
export function planSalvage(file: WeightFile, path: string): Plan {
  const { header, size } = file;
  const cut = new Set(tensorsBeyond(header, size).map(({ name }) => name));
  const tensors = header.tensors.filter(({ name }) => !cut.has(name));
  if (tensors.length === 0)
    refuse('CP_EMPTY', 'no tensor of the file is wholly there', 'Copy or download the file again.', {
      file: file.path,
    });
  const metadata = new Map([...header.metadata].filter(([key]) => key !== CRC_KEY && !cut.has(key)));
  const lost = `${amount(cut.size, 'tensor')} cut short or missing: ${nameList([...cut])}.`;
  return planCopy('salvage', file, path, { tensors, metadata, warnings: [lost] });
}
