import { basename } from 'node:path';
import { refuse } from '../../../shared/errors.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { Entry } from './folder.ts';
import { weightFormat } from './weight-names.ts';

const ACCEPTED =
  'Open a folder of rank_0, rank_1, … folders, a training output with checkpoint/, a folder with ' +
  'model.safetensors, an index or param_name_map.json, a strategy folder, or a .safetensors or .ckpt file.';

/** What a file name's ending stands for, for people who opened the wrong folder. */
const LOOKS: readonly (readonly [RegExp, string])[] = [
  [/\.(bin|pt|pth|pkl|pickle)$/i, 'pickled PyTorch weights'],
  [/\.gguf$/i, 'GGUF weights'],
  [/\.(h5|keras|pb|tflite)$/i, 'TensorFlow weights'],
  [/\.(onnx|mindir)$/i, 'model graphs'],
  [/\.npz?$/i, 'NumPy arrays'],
  [/\.(safetensors|ckpt)$/i, 'weight files that belong to no one checkpoint'],
  [/\.(png|jpe?g|gif|webp|bmp|svg)$/i, 'images'],
  [/\.(zip|tar|t?gz|xz|zst|7z)$/i, 'archives'],
  [/\.(md|txt|log|rst)$/i, 'texts'],
  [/\.(ya?ml|json)$/i, 'settings'],
  [/\.(py|ts|js|sh|ipynb)$/i, 'programs'],
];

/**
 * Refuses a folder that is no checkpoint, with what it looks like and what would be accepted.
 *
 * @param within folders below it that are, relative to it
 */
export function refuseFolder(path: string, entries: readonly Entry[], within: readonly string[]): never {
  if (weightFormat(basename(path))) {
    refuse('IO_NOT_REGULAR', `${path} is a folder, not a file.`, ACCEPTED, {
      file: path,
      expected: 'a regular file',
      found: 'a folder',
    });
  }
  const newer = entries.some(
    (entry) => /^iteration_\d{8}$/.test(entry.name) || entry.name === 'latest_checkpointed_iteration.txt',
  );
  const found = newer
    ? "MindSpore Transformers' newer checkpoint layout (iteration_… folders), which cannot be opened yet"
    : contents(entries);
  const inside = entries.filter((entry) => entry.type === 'folder');
  const weights = entries.filter((entry) => weightFormat(entry.name));
  const hint =
    within.length > 0
      ? ` Or open ${within.length === 1 ? 'the checkpoint' : 'one of the checkpoints'} in it: ${listed(within)}.`
      : weights.length > 1
        ? ` Or open one of its files by itself, such as ${escapeText(weights[0]?.name ?? '')}.`
        : inside.length > 0
          ? ` Or open one of the folders in it: ${listed(inside.map(({ name }) => name))}.`
          : '';
  refuse('CP_UNKNOWN_KIND', `${path} is no checkpoint: it holds ${found}.`, `${ACCEPTED}${hint}`, {
    file: path,
    expected: 'a checkpoint',
    found,
  });
}

/** "3 images, 1 archive, 12 other files and 2 folders", most first. */
function contents(entries: readonly Entry[]): string {
  if (entries.length === 0) return 'nothing';
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const what =
      entry.type === 'folder'
        ? 'folders'
        : (LOOKS.find(([pattern]) => pattern.test(entry.name))?.[1] ?? 'other files');
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const parts = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([what, count]) => `${what} (${formatCount(count)})`);
  return parts.length === 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function listed(all: readonly string[]): string {
  const names = all.slice(0, 8).map((name) => escapeText(name, 120));
  return all.length > 8 ? `${names.join(', ')} and ${all.length - 8} more` : names.join(', ');
}
