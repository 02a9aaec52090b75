import { realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Problem } from '../../../shared/checkpoint.ts';
import { refuse } from '../../../shared/errors.ts';
import { buildModel } from '../../../shared/model/build.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { OpenCheckpoint } from './checkpoint.ts';
import type { CompleteFound } from './classify.ts';
import { asProblem, type OpenContext } from './context.ts';
import { filesBeside } from './files-beside.ts';
import { indexProblems } from './index-problems.ts';
import { modelTypeIn } from './model-type.ts';
import { isUnder } from './read-bytes.ts';
import type { ReadIndexResult } from './read-files.ts';
import { folderProblems, reportFiles, unreadFiles } from './side-problems.ts';
import { type ListedFile, summarize } from './summary.ts';
import { readWeightFiles } from './weight-files.ts';
import { weightFormat } from './weight-names.ts';

/** Opens complete weights: the files that the index names (or that are named as shards), held against it. */
export async function openComplete(found: CompleteFound, context: OpenContext): Promise<OpenCheckpoint> {
  const { path, kind, entries } = found;
  const index = found.index === undefined ? undefined : await readIndexAt(found.index, context);
  const shards = index ? [...new Set(index.index.weightMap.values())] : found.shards;
  // MindSpore's map does not name the file of hyper parameters that lies beside it.
  const hyper = entries.some((entry) => entry.name === HYPER) && !shards.includes(HYPER) ? [HYPER] : [];
  const names = [...shards, ...(kind === 'complete-mindspore' ? hyper : [])];
  if (names.length === 0) {
    refuse(
      'CP_EMPTY',
      `${path} holds no weights: its index names no tensor.`,
      'Check that the download is complete.',
      {
        file: found.index ?? path,
      },
    );
  }
  const weights = await readWeightFiles(
    names.map((name) => ({ path: join(path, name) })),
    context,
    { salvage: true },
  );
  const { files, faults } = weights;
  const model = buildModel(files, { complete: true });
  const missing = faults.filter(({ fault }) => fault.code === 'IO_NOT_FOUND');
  const broken = faults.filter(({ fault }) => fault.code !== 'IO_NOT_FOUND');
  const damaged = [
    ...missing.map(({ path: at, fault }) => ({
      ...fault,
      code: 'IX_MISSING_SHARD' as const,
      message: `${basename(at)} is not there${index ? `, but the index puts ${tensorsIn(index, basename(at))} in it` : ''}.`,
      advice: 'Download or copy the missing file into the folder.',
    })),
    ...broken.map(({ fault }) => fault),
  ];
  const summary = summarize({
    path,
    kind,
    model,
    complete: true,
    modelType: modelTypeIn(path, context.roots ?? []),
    problems: [
      ...damaged.map((fault) => asProblem(fault, 'error')),
      ...(index && found.index !== undefined
        ? indexProblems(index.index, found.index, path, model, faults)
        : []),
      ...(index ? [] : numberingProblems(path, names)),
      ...model.problems.filter((problem) => problem.code !== 'IX_MISMATCH' || !index),
      ...(await linkProblems(path, files)),
      ...otherWeights(found, names),
      ...(await folderProblems(weights, entries)),
    ],
    sideFiles: [
      ...(await unreadFiles(weights)),
      ...(await sideFiles(found, index)),
      ...(await reportFiles(entries)),
    ],
  });
  const roots = context.roots ?? [];
  return { summary, model, damaged, roots, sideFiles: filesBeside(found.entries, roots) };
}

const HYPER = 'hyper_param.safetensors';

async function readIndexAt(path: string, { pool, signal, roots }: OpenContext): Promise<ReadIndexResult> {
  return pool.run({ type: 'read-index', path, roots: roots ?? [] }, signal);
}

function tensorsIn({ index }: ReadIndexResult, shard: string): string {
  let count = 0;
  for (const file of index.weightMap.values()) if (file === shard) count++;
  return count === 1 ? 'one tensor' : `${formatCount(count)} tensors`;
}

/** `model-00002-of-00004` names its own siblings: without an index, that is how a missing one shows. */
function numberingProblems(path: string, names: readonly string[]): readonly Problem[] {
  const [first] = names.flatMap((name) =>
    [/^(.*-)(\d+)(-of-)(\d+)(\.safetensors|\.ckpt)$/.exec(name) ?? []].filter((m) => m.length > 0),
  );
  if (!first) return [];
  const [, head = '', digits = '', of = '', total = '', tail = ''] = first;
  const missing: string[] = [];
  for (let i = 1; i <= Number(total) && missing.length < MAX_LISTED; i++) {
    const name = `${head}${String(i).padStart(digits.length, '0')}${of}${total}${tail}`;
    if (!names.includes(name)) missing.push(name);
  }
  return missing.map((name) => ({
    code: 'IX_MISSING_SHARD' as const,
    severity: 'error' as const,
    message: `${name} is not there, but the other files say that there are ${Number(total)}.`,
    advice: 'Download or copy the missing file into the folder.',
    file: join(path, name),
  }));
}

const MAX_LISTED = 50;

/** Hugging Face's cache links its files to another folder: fine to read, but good to know before moving it. */
async function linkProblems(
  path: string,
  files: readonly { readonly path: string }[],
): Promise<readonly Problem[]> {
  const root = await realpath(path).catch(() => path);
  const outside: { name: string; real: string }[] = [];
  for (const file of files) {
    const real = await realpath(file.path).catch(() => file.path);
    if (!isUnder(real, root)) outside.push({ name: basename(file.path), real });
  }
  const [first] = outside;
  if (!first) return [];
  return [
    {
      code: 'OTHER_FILES',
      severity: 'info',
      message: `${formatCount(outside.length)} of the files are links out of this folder: ${escapeText(first.name)} is ${escapeText(first.real, 400)}.`,
      advice: 'Copy what the links lead to along with the folder.',
      file: join(path, first.name),
    },
  ];
}

/** Weight files that lie in the folder but belong to nothing: old shards, a second copy, an adapter. */
function otherWeights(found: CompleteFound, names: readonly string[]): readonly Problem[] {
  const known = new Set([...names, HYPER]);
  const others = found.entries.filter((entry) => weightFormat(entry.name) && !known.has(entry.name));
  const [first] = others;
  if (!first) return [];
  return [
    {
      code: 'OTHER_FILES',
      severity: 'info',
      message: `${formatCount(others.length)} more weight ${others.length === 1 ? 'file lies' : 'files lie'} in the folder and ${others.length === 1 ? 'is' : 'are'} not part of it: ${escapeText(first.name)}${others.length > 1 ? ', …' : ''}.`,
      file: first.path,
    },
  ];
}

async function sideFiles(found: CompleteFound, index: ReadIndexResult | undefined): Promise<ListedFile[]> {
  const side: ListedFile[] =
    index && found.index !== undefined ? [{ path: found.index, kind: 'index', size: index.size }] : [];
  for (const entry of found.entries) {
    if (entry.type !== 'file' || !/^(config|generation_config|tokenizer_config)\.json$/.test(entry.name))
      continue;
    const { size } = await stat(entry.path).catch(() => ({ size: 0 }));
    side.push({ path: entry.path, kind: 'config', size });
  }
  return side;
}
