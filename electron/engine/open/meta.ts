import { join } from 'node:path';
import { z } from 'zod';
import type { Problem, Save } from '../../../shared/checkpoint.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import type { OpenContext } from './context.ts';
import type { RankFolder } from './rank-folders.ts';
import type { SideFile } from './summary.ts';

/** What MindSpore Transformers writes into each rank folder after a save. */
const metaSchema = z.object({ last_epoch: z.int(), last_step: z.int(), last_ckpt_file: z.string() });

/** A meta.json is about 100 bytes; more than this is something else. */
const MAX_META_BYTES = 65_536;

export interface MetaCheck {
  readonly files: readonly SideFile[];
  readonly problems: readonly Problem[];
}

/**
 * Holds each rank's meta.json against the files beside it. A resume loads the file that it names, so one that
 * names a missing file stops training, and one that is behind the files hides the newest save.
 */
export async function checkMeta(
  folders: readonly RankFolder[],
  save: Save,
  { pool, signal, roots }: OpenContext,
): Promise<MetaCheck> {
  const withMeta = folders.filter((folder) => folder.others.some((entry) => entry.name === 'meta.json'));
  if (withMeta.length === 0) return { files: [], problems: [] };
  const paths = withMeta.map((folder) => join(folder.path, 'meta.json'));
  const task = { type: 'read-starts', paths, length: MAX_META_BYTES, roots: roots ?? [] } as const;
  const starts = await pool.run(task, signal);
  const files: SideFile[] = [];
  const bad: { rank: number; path: string; why: string }[] = [];
  starts.forEach((start, index) => {
    const folder = withMeta[index];
    if (!folder) return;
    const { rank } = folder;
    if ('fault' in start) {
      bad.push({ rank, path: start.path, why: 'cannot be read' });
      return;
    }
    files.push({ path: start.path, kind: 'meta', size: start.size, rank });
    const why = whyWrong(folder, start.bytes);
    if (why !== undefined) bad.push({ rank, path: start.path, why });
  });
  const [first] = bad;
  if (!first) return { files, problems: [] };
  const others = bad.length > 1 ? `; also wrong on ${rankList(bad.slice(1).map(({ rank }) => rank))}` : '';
  return {
    files,
    problems: [
      {
        code: 'META_MISMATCH',
        severity: 'warning',
        message: `meta.json of rank ${first.rank} ${first.why}${others}.`,
        advice:
          `Resuming reads meta.json. ${save.step === undefined ? '' : `Step ${save.step} is open here, chosen by the files themselves.`}`.trim(),
        file: first.path,
        rank: first.rank,
      },
    ],
  };
}

function whyWrong(folder: RankFolder, bytes: Uint8Array): string | undefined {
  let meta: z.infer<typeof metaSchema>;
  try {
    meta = metaSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return 'is no JSON with last_epoch, last_step and last_ckpt_file';
  }
  const named = escapeText(meta.last_ckpt_file);
  const file = folder.weights.find((candidate) => candidate.fileName === meta.last_ckpt_file);
  if (!file) {
    // Converted weights keep the meta.json that names the .ckpt they came from.
    const stem = meta.last_ckpt_file.replace(/\.(ckpt|safetensors)$/, '');
    if (folder.weights.some((candidate) => candidate.name.stem === stem)) return undefined;
    return `names ${named}, which is not there`;
  }
  const { epoch, step } = file.name;
  if (epoch !== undefined && (epoch !== meta.last_epoch || step !== meta.last_step)) {
    return `says epoch ${meta.last_epoch}, step ${meta.last_step}, but names ${named}`;
  }
  return undefined;
}
