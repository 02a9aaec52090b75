import { join } from 'node:path';
import * as z from 'zod';
import type { Problem, Save } from '../../../shared/checkpoint.ts';
import type { RankMeta } from '../../../shared/saves/report.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import type { OpenContext } from './context.ts';
import type { RankFolder } from './rank-folders.ts';
import type { ListedFile } from './summary.ts';

/** What MindSpore Transformers writes into each rank folder after a save. */
const metaSchema = z.object({ last_epoch: z.int(), last_step: z.int(), last_ckpt_file: z.string() });

/** A meta.json is about 100 bytes; more than this is something else. */
const MAX_META_BYTES = 65_536;

export interface MetaCheck {
  readonly files: readonly ListedFile[];
  readonly problems: readonly Problem[];
}

/** A rank's meta.json: what it says, where it can be read, and what is wrong with it. */
export interface ReadMeta extends RankMeta {
  readonly path: string;
  /** Absent when it cannot be read. */
  readonly size?: number;
}

/**
 * Holds each rank's meta.json against the files beside it. A resume loads the file that it names, so one that
 * names a missing file stops training, and one that is behind the files hides the newest save.
 */
export async function checkMeta(
  folders: readonly RankFolder[],
  save: Save,
  context: OpenContext,
): Promise<MetaCheck> {
  const metas = await readMetas(folders, context);
  const files = metas.flatMap(({ path, size, rank }): ListedFile[] =>
    size === undefined ? [] : [{ path, kind: 'meta', size, rank }],
  );
  const bad = metas.filter(({ wrong }) => wrong !== undefined);
  const [first] = bad;
  if (!first) return { files, problems: [] };
  const others = bad.length > 1 ? `; also wrong on ${rankList(bad.slice(1).map(({ rank }) => rank))}` : '';
  return {
    files,
    problems: [
      {
        code: 'META_MISMATCH',
        severity: 'warning',
        message: `meta.json of rank ${first.rank} ${first.wrong}${others}.`,
        advice:
          `Resuming reads meta.json. ${save.step === undefined ? '' : `Step ${save.step} is open here, chosen by the files themselves.`}`.trim(),
        file: first.path,
        rank: first.rank,
      },
    ],
  };
}

/** Reads the meta.json of each rank that has one, in the order of the folders. */
export async function readMetas(
  folders: readonly RankFolder[],
  { pool, signal, roots }: OpenContext,
): Promise<readonly ReadMeta[]> {
  const withMeta = folders.filter((folder) => folder.others.some((entry) => entry.name === 'meta.json'));
  if (withMeta.length === 0) return [];
  const paths = withMeta.map((folder) => join(folder.path, 'meta.json'));
  const task = { type: 'read-starts', paths, length: MAX_META_BYTES, roots: roots ?? [] } as const;
  const starts = await pool.run(task, signal);
  return withMeta.flatMap((folder, index): ReadMeta[] => {
    const start = starts[index];
    if (!start) return [];
    const place = { rank: folder.rank, path: start.path };
    if ('fault' in start) return [{ ...place, wrong: 'cannot be read' }];
    return [{ ...place, size: start.size, ...readMeta(folder, start.bytes) }];
  });
}

/** What the file says, and how it contradicts the files beside it. */
function readMeta(folder: RankFolder, bytes: Uint8Array): Omit<RankMeta, 'rank'> {
  let meta: z.infer<typeof metaSchema>;
  try {
    meta = metaSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return { wrong: 'is no JSON with last_epoch, last_step and last_ckpt_file' };
  }
  const says = { epoch: meta.last_epoch, step: meta.last_step, file: meta.last_ckpt_file };
  const wrong = whyWrong(folder, says);
  return { ...says, ...(wrong !== undefined && { wrong }) };
}

function whyWrong(
  folder: RankFolder,
  meta: { readonly epoch: number; readonly step: number; readonly file: string },
): string | undefined {
  const named = escapeText(meta.file);
  const file = folder.weights.find((candidate) => candidate.fileName === meta.file);
  if (!file) {
    // Converted weights keep the meta.json that names the .ckpt they came from.
    const stem = meta.file.replace(/\.(ckpt|safetensors)$/, '');
    if (folder.weights.some((candidate) => candidate.name.stem === stem)) return undefined;
    return `names ${named}, which is not there`;
  }
  const { epoch, step } = file.name;
  if (epoch !== undefined && (epoch !== meta.epoch || step !== meta.step)) {
    return `says epoch ${meta.epoch}, step ${meta.step}, but names ${named}`;
  }
  return undefined;
}
