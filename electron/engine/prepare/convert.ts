import { basename, dirname, relative } from 'node:path';
import { withFile } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/job-options.ts';
import { planConvert } from '../../../shared/plan/convert.ts';
import type { Plan } from '../../../shared/plan/plan.ts';
import { readNameMap } from '../../../shared/rename/name-map.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { t } from '../../../shared/text/t.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { isIndexName } from '../open/classify.ts';
import { listFolder } from '../open/folder.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { readWholeAt } from '../open/read-files.ts';
import { metaTexts } from './meta-texts.ts';
import { type Prepared, refuseUnusable } from './prepared.ts';
import { copySideFiles } from './side-files.ts';

/** Writes each weight file in the other format, in the same folder below the output as below the source. */
export async function prepareConvert(open: OpenCheckpoint, options: OptionsOf<'convert'>): Promise<Prepared> {
  refuseUnusable(open);
  const { to, crc, nameMap } = options;
  const { summary, model } = open;
  const root = summary.kind === 'file' ? dirname(summary.path) : summary.path;
  const weights = planConvert(model.files, {
    to,
    crc,
    names: nameMap === undefined ? new Map() : readNames(nameMap, open.roots),
    outputPath: ({ path }) =>
      relative(root, path)
        .replaceAll('\\', '/')
        .replace(/\.(ckpt|safetensors)$/, `.${to}`),
  });
  const { plan, facts } = copySideFiles(weights, open.sideFiles ?? []);
  const metas = metaTexts(summary, plan.outputs);
  const indexes = to === 'ckpt' && summary.kind !== 'file' ? await indexesIn(root) : [];
  return {
    plan: { ...plan, texts: [...plan.texts, ...metas], warnings: [...notTaken(open), ...plan.warnings] },
    facts: [
      ...factsOf(weights, to),
      ...facts,
      ...(metas.length > 0
        ? [t('meta.json of each rank names its newest save, for training to resume from.')]
        : []),
      ...indexes.map(leftBehind),
    ],
    outName: `${basename(summary.path, `.${to === 'ckpt' ? 'safetensors' : 'ckpt'}`)}_${to}`,
  };
}

/** What lies among the files and is not converted. */
function notTaken({ summary: { problems } }: OpenCheckpoint): string[] {
  return problems.filter(({ code }) => code === 'OTHER_FILES').map(({ message }) => message);
}

async function indexesIn(folder: string): Promise<string[]> {
  return (await listFolder(folder)).map(({ name }) => name).filter(isIndexName);
}

/** MindSpore's `load_segmented_checkpoints` takes all .ckpt files of a folder: it needs no index, and knows none. */
function leftBehind(index: string): string {
  return `Not copied, as it names .safetensors files: '${escapeText(index)}'. The .ckpt files are loaded together without one.`;
}

/** A name of 200 bytes for each of a million tensors, and the new one. */
const MAX_NAME_MAP_BYTES = 400_000_000;

function readNames(path: string, roots: readonly string[]): ReadonlyMap<string, string> {
  const bytes = readWholeAt(path, MAX_NAME_MAP_BYTES, roots);
  return withFile(path, () => readNameMap(bytes));
}

/** "8 .ckpt files become safetensors. 8 of them say a CRC-32, which is checked before anything is written." */
function factsOf({ sources }: Plan, to: 'safetensors' | 'ckpt'): string[] {
  const from = to === 'ckpt' ? '.safetensors' : '.ckpt';
  const files =
    sources.length === 1 ? `1 ${from} file becomes` : `${formatCount(sources.length)} ${from} files become`;
  const checked = sources.filter(({ crc }) => crc !== undefined).length;
  return [
    `${files} ${to}.`,
    ...(checked > 0
      ? [`${formatCount(checked)} of them say a CRC-32, which is checked before anything is written.`]
      : []),
  ];
}
