/** Names that say nothing without the folder above. */
const GENERIC = new Set([
  'checkpoint',
  'checkpoints',
  'ckpt',
  'output',
  'strategy',
  'model',
  'weights',
  'merged',
]);

/**
 * Short names for paths: the last part, with as many parts before it as it takes to tell equal ones apart
 * ("qwen2_7b / checkpoint" and "llama3 / checkpoint").
 */
export function shortPaths(paths: readonly string[]): string[] {
  const split = paths.map((path) => path.split(/[/\\]+/).filter((part) => part !== ''));
  return split.map((parts, index) => {
    for (let count = 1; count < parts.length; count++) {
      const end = parts.slice(-count).join('/');
      if (GENERIC.has(parts.at(-count) ?? '')) continue;
      const alone = split.every((other, at) => at === index || other.slice(-count).join('/') !== end);
      if (alone) return parts.slice(-count).join(' / ');
    }
    return paths[index] ?? '';
  });
}
