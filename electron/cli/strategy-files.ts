import { withFile } from '../../shared/errors.ts';
import type { NamedStrategy } from '../../shared/strategy/combine.ts';
import { readStrategyFile } from '../../shared/strategy/read.ts';
import { strategyFilesAt } from '../engine/open/find-strategy.ts';
import { readAt, withOpen } from '../engine/open/read-bytes.ts';

/** The strategy files that an absolute path stands for: itself, or all of a folder. */
export async function readStrategyFiles(path: string): Promise<NamedStrategy[]> {
  const paths = await strategyFilesAt(path);
  return paths.map((name) => {
    const bytes = withOpen(name, [], ({ fd, size }) => readAt(fd, 0, size));
    return { name, file: withFile(name, () => readStrategyFile(bytes)) };
  });
}
