import type { WeightHeader } from '../checkpoint.ts';
import { nameList } from '../text/name-list.ts';
import { formatCount } from '../text/units.ts';
import { marksOf, OWN_METADATA, textsOf } from './checkpoint-texts.ts';
import type { ConvertRequest } from './convert.ts';

/** What converting files with these headers changes or leaves out, a sentence each. */
export function convertWarnings(headers: readonly WeightHeader[], request: ConvertRequest): string[] {
  const { to, names, crc } = request;
  const tensors = headers.flatMap((header) => header.tensors);
  const texts = headers.flatMap((header) => [...textsOf(header).keys()]);
  const known = new Set([...tensors.map(({ name }) => name), ...texts]);
  const unused = [...names.keys()].filter((name) => !known.has(name));
  return [
    ...new Set(headers.flatMap(({ notes }) => notes)),
    ...(to === 'safetensors' ? ofSafetensors(headers, texts) : ofCheckpoint(headers)),
    ...(to === 'safetensors' && crc && tensors.some(({ dtype }) => dtype === 'BF16') ? [NO_CRC_OF_BF16] : []),
    ...about(unused, 'name of the name map is in no file', 'names of the name map are in no file'),
  ];
}

const NO_CRC_OF_BF16 =
  'MindSpore 2.10.0 fails on the CRC-32 of safetensors with BF16 tensors: load these without crc_check.';

const REDUNDANCY_REMOVED =
  'Redundancy was removed from these files, and a .ckpt cannot say so: whoever loads it must (remove_redundancy=True).';

function ofSafetensors(headers: readonly WeightHeader[], texts: readonly string[]): string[] {
  const reserved = headers.flatMap((header) => lost(header).filter((name) => OWN_METADATA.has(name)));
  return [
    ...about(
      texts,
      'text (str parameter) becomes metadata, as safetensors holds tensors only',
      'texts (str parameters) become metadata, as safetensors holds tensors only',
    ),
    ...about(
      reserved,
      'text is left out, as safetensors metadata has that name for itself',
      'texts are left out, as safetensors metadata has these names for itself',
    ),
  ];
}

function ofCheckpoint(headers: readonly WeightHeader[]): string[] {
  const hidden = headers.flatMap((header) => lost(header).filter((name) => !OWN_METADATA.has(name)));
  const removed = headers.some(({ metadata }) => metadata.get('remove_redundancy') === 'True');
  return [
    ...about(
      hidden,
      'text of the metadata has the name of a tensor and is left out',
      'texts of the metadata have names of tensors and are left out',
    ),
    ...(removed ? [REDUNDANCY_REMOVED] : []),
  ];
}

/** Metadata that is neither a text of the checkpoint nor the mark of a tensor. */
function lost(header: WeightHeader): string[] {
  const kept = new Set([...textsOf(header).keys(), ...marksOf(header).keys()]);
  return [...header.metadata.keys()].filter((name) => !kept.has(name));
}

/** "2 texts are left out …: 'a' and 'b'." */
function about(names: readonly string[], one: string, many: string): string[] {
  const found = [...new Set(names)];
  if (found.length === 0) return [];
  return [`${formatCount(found.length)} ${found.length === 1 ? one : many}: ${nameList(found)}.`];
}
