import { basename } from 'node:path';
import { refuse } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/job-options.ts';
import { planMetadata } from '../../../shared/plan/metadata.ts';
import { amount } from '../../../shared/text/units.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { type Prepared, refuseUnusable } from './prepared.ts';

/** Writes one safetensors file with other metadata, under the same name in the output folder. */
export async function prepareMetadata(
  open: OpenCheckpoint,
  options: OptionsOf<'metadata'>,
): Promise<Prepared> {
  refuseUnusable(open);
  const { path } = open.summary;
  const [file, ...others] = open.model.files;
  if (file === undefined || others.length > 0)
    refuse('CP_AMBIGUOUS', `${path} is ${open.model.files.length} weight files.`, 'Name one of them.', {
      file: path,
    });
  if (file.header.format !== 'safetensors')
    refuse('ST_NOT_SAFETENSORS', `${path} is a .ckpt, which has no metadata.`, 'Convert it to safetensors.', {
      file: path,
    });
  const { set, remove } = options;
  const changes = [
    ...(set.length > 0 ? [`${amount(set.length, 'key')} set`] : []),
    ...(remove.length > 0 ? [`${amount(remove.length, 'key')} removed`] : []),
  ];
  return {
    plan: planMetadata(file, basename(file.path), { set, remove }),
    facts: [`${changes.join(', ')}; all tensors keep their bytes, order and places.`],
    outName: `${basename(file.path, '.safetensors')}_metadata`,
  };
}
