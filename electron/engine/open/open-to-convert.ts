import { stat } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import type { Problem, WeightHeader } from '../../../shared/checkpoint.ts';
import { refuse, ShardscopeError } from '../../../shared/errors.ts';
import { namePattern } from '../../../shared/filter/name-pattern.ts';
import { buildModel } from '../../../shared/model/build.ts';
import { nameList } from '../../../shared/text/name-list.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { readError } from '../errno.ts';
import type { OpenCheckpoint } from './checkpoint.ts';
import type { OpenContext } from './context.ts';
import { filesBeside } from './files-beside.ts';
import { type Entry, listFolder } from './folder.ts';
import { openCheckpoint } from './open.ts';
import { isStrategyName } from './rank-folders.ts';
import { noteProblems } from './side-problems.ts';
import { type ListedFile, summarize } from './summary.ts';
import { readWeightFiles } from './weight-files.ts';

export interface ToConvert {
  readonly path: string;
  /** Format to convert to: files of the other are the sources. */
  readonly to: WeightHeader['format'];
  /** A file's name must match it somewhere; as in MindSpore, the whole path of a single file. */
  readonly fileNameRegex?: string | undefined;
}

/**
 * Opens weight files to be converted one by one, whatever they are together: one file; of a folder with `rank…`
 * folders all files in them, of every save, as `ckpt_to_safetensors` takes them; else the files in the folder.
 *
 * @throws CP_EMPTY when there is none of the format; USAGE for a pattern that cannot be used; what reading the
 *   first damaged file refuses; IO_*, CANCELLED
 */
export async function openToConvert(request: ToConvert, context: OpenContext): Promise<OpenCheckpoint> {
  const path = resolve(request.path);
  const info = await stat(path).catch((error: unknown) => {
    throw readError(error, path);
  });
  const ending = request.to === 'ckpt' ? '.safetensors' : '.ckpt';
  const matches = patternOf(request.fileNameRegex);
  if (info.isFile()) {
    if (!path.endsWith(ending) || !matches(path)) refuseNone(path, ending, request);
    return openCheckpoint({ path }, context);
  }
  const folders = await foldersWithWeights(path);
  const entries = (await Promise.all(folders.map(listFolder))).flat();
  const found = entries.filter(
    ({ name, type }) => type === 'file' && name.endsWith(ending) && !isStrategyName(name) && matches(name),
  );
  if (found.length === 0) refuseNone(path, ending, request);
  const weights = await readWeightFiles(found, context, { salvage: false });
  const [failed] = weights.faults;
  if (failed) throw new ShardscopeError(failed.fault);
  // Each tensor as its file holds it: nothing is put together, so no strategy is needed.
  const model = buildModel(weights.files, { complete: true });
  const problems = [...noteProblems(weights), ...alreadyThere(path, entries, found, request)];
  return {
    summary: summarize({
      path,
      kind: 'distributed',
      model,
      complete: true,
      problems,
      sideFiles: await metaFiles(entries),
    }),
    model,
    // Of one folder of weights; what lies in a rank's folder is about training.
    ...(folders[0] === path && { sideFiles: filesBeside(entries, context.roots ?? []) }),
    damaged: [],
    roots: context.roots ?? [],
  };
}

/** Of rank folders that training wrote. */
function metaFiles(entries: readonly Entry[]): Promise<ListedFile[]> {
  const metas = entries.filter(({ name, type }) => type === 'file' && name === 'meta.json');
  return Promise.all(
    metas.map(async ({ path }): Promise<ListedFile> => {
      const { size } = await stat(path).catch(() => ({ size: 0 }));
      return { path, kind: 'meta', size };
    }),
  );
}

/** Files that have the new format and are made from none of the sources: people expect all of a save in the output. */
function alreadyThere(
  path: string,
  entries: readonly Entry[],
  sources: readonly Entry[],
  { to, fileNameRegex }: ToConvert,
): readonly Problem[] {
  if (fileNameRegex !== undefined) return [];
  const made = new Set(sources.map((source) => source.path.replace(/\.(ckpt|safetensors)$/, `.${to}`)));
  const names = entries
    .filter((one) => one.type === 'file' && one.name.endsWith(`.${to}`) && !isStrategyName(one.name))
    .filter((one) => !made.has(one.path))
    .map((one) => relative(path, one.path));
  if (names.length === 0) return [];
  const message = `${names.length === 1 ? '1 file has' : `${formatCount(names.length)} files have`} the new format already and ${names.length === 1 ? 'is' : 'are'} not copied along: ${nameList(names)}.`;
  return [{ code: 'OTHER_FILES', severity: 'warning', message }];
}

function patternOf(regex: string | undefined): (name: string) => boolean {
  if (regex === undefined) return () => true;
  try {
    return namePattern(regex);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse('USAGE', error.message, 'Use a simpler regular expression for file names.');
  }
}

/** The `rank…` folders (of a training output: those in `checkpoint` and `checkpoint_network`), or the folder itself. */
async function foldersWithWeights(path: string): Promise<readonly string[]> {
  const entries = await listFolder(path);
  const ranks = rankFolders(entries);
  if (ranks.length > 0) return ranks;
  const inside = entries.filter(
    ({ name, type }) => type === 'folder' && /^checkpoint(_network)?$/.test(name),
  );
  const deeper = (await Promise.all(inside.map((entry) => listFolder(entry.path)))).flatMap(rankFolders);
  return deeper.length > 0 ? deeper : [path];
}

/** MindSpore takes every folder whose name begins so. */
function rankFolders(entries: readonly Entry[]): string[] {
  return entries
    .filter(({ name, type }) => type === 'folder' && name.startsWith('rank'))
    .map((entry) => entry.path);
}

function refuseNone(path: string, ending: string, { to, fileNameRegex }: ToConvert): never {
  const named = fileNameRegex === undefined ? '' : ` whose name matches /${fileNameRegex}/`;
  refuse(
    'CP_EMPTY',
    `${path} is or holds no ${ending} file${named}, which is what is converted to ${to}`,
    'Name such a file, a folder of them, or a folder of rank folders.',
    { file: path, expected: `${ending} files`, found: basename(path) },
  );
}
